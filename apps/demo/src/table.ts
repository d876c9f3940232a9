type Row = readonly (string | number)[];

/** Lines of text in columns under a head; a column of numbers stands to the right. */
export function table(head: readonly string[], rows: readonly Row[]): string {
  const columns = head.map((title, at) => {
    const cells = rows.map((row) => row[at] ?? "");
    const width = Math.max(title.length, ...cells.map((cell) => String(cell).length));
    return { width, isNumeric: cells.every((cell) => typeof cell === "number") };
  });
  const line = (row: Row): string =>
    columns
      .map(({ width, isNumeric }, at) => {
        const text = String(row[at] ?? "");
        return isNumeric ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ");
  const rule = columns.map(({ width }) => "─".repeat(width)).join("  ");
  return [line(head), rule, ...rows.map(line)].join("\n");
}
