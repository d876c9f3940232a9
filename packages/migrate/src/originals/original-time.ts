const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The microseconds since the epoch that a time text of Python's says; undefined where it says none. A naive time, whose
 * zone nobody knows any more, counts as UTC.
 */
export function originalTime(text: string): number | undefined {
  const [, seconds, fraction = "", zone = "Z"] = pattern.exec(text) ?? [];
  const milliseconds = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000 + Number(fraction.padEnd(6, "0"));
}
