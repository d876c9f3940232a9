import { readdir, readFile } from "node:fs/promises";

import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");
const guide = await read("docs/write-your-own-backend.md");

test("the guide shows the example's files as they are", async () => {
  const listings = [...guide.matchAll(/^<!-- (\S+) -->\n```ts\n(.*?)^```$/gms)];
  expect(listings.map(([, path]) => path)).toEqual(
    ["backend", "dialect", "connections"].map((name) => `examples/store-pglite/src/${name}.ts`),
  );
  for (const [, path = "", listing] of listings) expect(listing).toBe(await read(path));
});

test("the whole backend has less than 150 lines", async () => {
  const folder = "examples/store-pglite/src/";
  const files = await readdir(new URL(folder, root));
  const texts = await Promise.all(files.map((file) => read(`${folder}${file}`)));
  expect(texts.join("").split("\n").length - 1).toBeLessThan(150);
});

test("the guide's tables name every member of a driver and every guarantee", async () => {
  const [driver, store] = [await read("packages/core/src/driver.ts"), await read("packages/core/src/store.ts")];
  const members = ["Reader", "Writer", "Driver"].flatMap((name) => membersOf(driver, name));
  expect(members.length).toBeGreaterThan(15);
  for (const member of [...members, ...membersOf(store, "Guarantees")]) expect(guide).toMatch(rowFor(member));
});

function membersOf(source: string, name: string): readonly string[] {
  const body = new RegExp(`^export interface ${name}\\b[^\\n]*\\{\\n(.*?)^\\}$`, "ms").exec(source)?.[1] ?? "";
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(<:]/gm)].map(([, member = ""]) => member);
}

function rowFor(member: string): RegExp {
  return new RegExp(`^\\|[^|]*\`${member}\`[^|]*\\|`, "m");
}
