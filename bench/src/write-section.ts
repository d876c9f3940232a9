import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

const page = new URL("../../docs/performance.md", import.meta.url);
const chartFolder = new URL("../../docs/performance/", import.meta.url);

/** Puts a text under a heading of docs/performance.md, in place of what its marks enclose there. */
export async function writeSection(heading: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- measured: ${heading} -->`, `<!-- end of ${heading} -->`];
  const whole = await readFile(page, "utf8");
  const [before, rest] = whole.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md has no place for "${heading}"`);
  await writeFile(page, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

/** Puts charts where that page finds them, in place of all that were there. */
export async function writeCharts(charts: ReadonlyMap<string, string>): Promise<void> {
  await rm(chartFolder, { recursive: true, force: true });
  await mkdir(chartFolder, { recursive: true });
  for (const [name, chart] of charts) await writeFile(new URL(name, chartFolder), chart);
}
