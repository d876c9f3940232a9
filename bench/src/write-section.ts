import { readFile, writeFile } from "node:fs/promises";

const page = new URL("../../docs/performance.md", import.meta.url);

/** Puts a text under a heading of docs/performance.md, in place of what its marks enclose there. */
export async function writeSection(heading: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- measured: ${heading} -->`, `<!-- end of ${heading} -->`];
  const whole = await readFile(page, "utf8");
  const [before, rest] = whole.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md has no place for "${heading}"`);
  await writeFile(page, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
