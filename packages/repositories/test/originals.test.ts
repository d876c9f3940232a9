import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);

interface Row {
  readonly section: string;
  readonly original: string;
  readonly file: string;
  readonly name: string;
}

/** The rows of all tables of the page, by the heading over them. */
function rowsOf(page: string): readonly Row[] {
  let section = "";
  return page.split("\n").flatMap((line) => {
    if (line.startsWith("## ")) section = line.slice(3);
    const [, original, file, name] = /^\| *(.+?) *\| *`([^`]+)` *\| *(.+?) *\|$/.exec(line) ?? [];
    return original === undefined || file === undefined || name === undefined
      ? []
      : [{ section, original, file, name }];
  });
}

/** What the calls of `test` in a source are named; `%s` and its like stand as they are written. */
function testNames(source: string): ReadonlySet<string> {
  const names = source.matchAll(
    /\btest(?:\.\w+(?:\([\s\S]*?\]\))?)?\(\s*("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*')/g,
  );
  return new Set(Array.from(names, ([, literal = ""]) => literal.slice(1, -1)));
}

const rows = rowsOf(readFileSync(new URL("docs/originals.md", root), "utf8"));

test("every test of the original systems has one here, and that one exists", () => {
  expect(rows.length).toBeGreaterThan(30);
  const sources = new Map<string, ReadonlySet<string>>();
  for (const { file } of rows) {
    if (!sources.has(file)) sources.set(file, testNames(readFileSync(fileURLToPath(new URL(file, root)), "utf8")));
  }
  expect(rows.filter(({ file, name }) => sources.get(file)?.has(name) !== true)).toEqual([]);
});

test("a section that says how many tests there were names as many", () => {
  for (const section of new Set(rows.map((row) => row.section))) {
    const named = rows.filter((row) => row.section === section).map(({ original }) => original);
    const said = /: (\d+) tests$/.exec(section)?.[1] ?? named.length;
    expect([section, new Set(named).size, named.length]).toEqual([section, Number(said), Number(said)]);
  }
});
