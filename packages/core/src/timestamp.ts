const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;

/** Times come in runs of a few seconds: of what is saved now, of when the records of a page were made and changed. */
const kept: ({ readonly seconds: number; readonly text: string } | undefined)[] = Array.from({ length: 64 });

/** Microseconds since the epoch as fixed-width UTC text, `2026-11-22T02:03:04.123456Z`: text order is time order. */
export function timestampText(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = microseconds - seconds * 1_000_000;
  return `${secondText(seconds)}.${String(1_000_000 + fraction).slice(1)}Z`;
}

function secondText(seconds: number): string {
  const place = Math.abs(seconds) % kept.length;
  const found = kept[place];
  if (found?.seconds === seconds) return found.text;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  kept[place] = { seconds, text };
  return text;
}

/** The microseconds of such a text (a shorter fraction is taken too), or undefined where it is not one. */
export function timestampMicroseconds(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (parts?.[1] === undefined) return undefined;
  const seconds = Date.parse(`${parts[1]}Z`);
  if (Number.isNaN(seconds)) return undefined;
  return seconds * 1000 + Number((parts[2] ?? "").padEnd(6, "0"));
}
