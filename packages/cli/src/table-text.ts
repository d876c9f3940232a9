import { printable } from "./printable.ts";

/** Lines of columns that stand below each other; columns of numbers, by their places, end at the same place. */
export function tableText(rows: readonly (readonly string[])[], numbers: readonly number[] = []): readonly string[] {
  const shown = rows.map((row) => row.map(printable));
  const columns = Math.max(0, ...shown.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    shown.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), 0),
  );
  const padded = (cell: string, at: number): string =>
    numbers.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return shown.map((row) => row.map(padded).join("  ").trimEnd());
}
