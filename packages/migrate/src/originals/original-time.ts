const pattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d(?::\d\d)?)?$/;

/** The years that a record's times can lie in, in microseconds since the epoch. */
const most = 2 ** 52;

/**
 * The microseconds since the epoch of a time as Python writes it, `2026-02-18T12:00:00.123456+00:00`; a time without an
 * offset is taken for UTC. Undefined where the text is not one, or no time of a record: before 1970 or after 2112.
 */
export function originalTime(text: string): number | undefined {
  const [, date = "", time = "", fraction = "", offset = ""] = pattern.exec(text) ?? [];
  const milliseconds = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  // "2026-02-30" is read as a day of March, and no text of Python's.
  if (new Date(milliseconds).toISOString().slice(0, 10) !== date) return undefined;
  const microseconds = (milliseconds - offsetSeconds(offset) * 1000) * 1000 + Number(fraction.padEnd(6, "0"));
  return microseconds >= 0 && microseconds <= most ? microseconds : undefined;
}

/** As Python writes a time in UTC: without a fraction where that is zero. */
export function originalTimeText(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = microseconds - seconds * 1_000_000;
  const shown = fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${shown}+00:00`;
}

/** Whether such a time leaves open where its clock stood. */
export function isWithoutOffset(text: string): boolean {
  return pattern.exec(text)?.[4] === undefined;
}

function offsetSeconds(offset: string): number {
  if (offset === "" || offset === "Z") return 0;
  const [hours = 0, minutes = 0, seconds = 0] = offset.slice(1).split(":").map(Number);
  return (offset.startsWith("-") ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
}
