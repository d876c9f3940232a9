import { readFile } from "node:fs/promises";

import { errorCodes } from "@holdfast/core";
import { expect, test } from "vitest";

const page = await readFile(new URL("../../../docs/errors.md", import.meta.url), "utf8");

test("the page of errors lists every code there is, and no other", () => {
  const listed = [...page.matchAll(/^### (\S+)$/gm)].map((match) => match[1] ?? "");
  expect(listed.toSorted()).toEqual([...errorCodes].sort());
});

test("each code on the page has a cause and a cure", () => {
  const sections = page.split(/^### /m).slice(1);
  expect(sections).toHaveLength(errorCodes.length);
  for (const section of sections) expect(section).toMatch(/^\S+\n\*\*Cause\.\*\* \S.*\n\*\*Cure\.\*\* \S.*\n/);
});
