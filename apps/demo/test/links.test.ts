import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = globSync("{*.md,docs/**/*.md,packages/*/*.md,examples/*/*.md,bench/*.md}", {
  cwd: root,
  exclude: ["**/node_modules/**", "**/CHANGELOG.md"],
});

interface Link {
  readonly page: string;
  /** The page or file that it leads to, from the root of the repository. */
  readonly file: string;
  readonly heading: string | undefined;
}

/** Without examples: what stands in code is no link. */
function textOf(page: string): string {
  const text = readFileSync(path.join(root, page), "utf8").replace(/^```.*?^```$/gms, "");
  return text.replace(/`[^`\n]*`/g, "");
}

/** Those that lead to a place in this repository. */
function linksOf(page: string): readonly Link[] {
  return Array.from(textOf(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [name = "", heading] = target.split("#");
      return { page, file: name === "" ? page : path.join(path.dirname(page), name), heading };
    });
}

/** As GitHub makes them of headings. */
function headingsOf(page: string): readonly string[] {
  const headings = readFileSync(path.join(root, page), "utf8").matchAll(/^#{1,6} (.+)$/gm);
  return Array.from(headings, ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

const links = pages.flatMap(linksOf);

test("every link of a page leads to something", () => {
  expect(links.length).toBeGreaterThan(50);
  const broken = links.filter(({ file, heading }) => {
    if (!existsSync(path.join(root, file))) return true;
    return heading !== undefined && !headingsOf(file).includes(heading);
  });
  expect(broken).toEqual([]);
});

test("every page of the documentation can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    const next = links.filter((link) => link.page === page).map(({ file }) => file);
    for (const file of next) if (file.endsWith(".md")) reached.add(file);
  }
  const documents = pages.filter((page) => /^docs\/[^/]+$/.test(page));
  expect(documents.filter((page) => !reached.has(page))).toEqual([]);
});
