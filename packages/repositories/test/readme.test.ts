import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const packages = fileURLToPath(new URL("../../", import.meta.url));

interface Example {
  readonly heading: string;
  readonly source: string;
}

/** The first example under each heading. */
function examplesOf(page: string): readonly Example[] {
  return page
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, source] = /^```ts\n([\s\S]*?)^```$/m.exec(section) ?? [];
      return source === undefined ? [] : [{ heading: section.slice(0, section.indexOf("\n")), source }];
    });
}

/** What the comments behind its `console.log` say that it prints. */
function promisedOutput(source: string): readonly string[] {
  return Array.from(source.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm), ([, line = ""]) => line);
}

test.each(examplesOf(readFileSync(new URL("../README.md", import.meta.url), "utf8")))(
  "the example under “$heading” runs, and prints what it says",
  async ({ source }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "holdfast-readme-"));
    try {
      await mkdir(path.join(folder, "node_modules/@holdfast"), { recursive: true });
      for (const name of ["connect", "repositories"]) {
        await symlink(path.join(packages, name), path.join(folder, "node_modules/@holdfast", name));
      }
      await writeFile(path.join(folder, "example.mts"), source);
      const { stdout } = await run(process.execPath, ["--conditions=holdfast-source", "example.mts"], { cwd: folder });
      expect(stdout.trimEnd().split("\n")).toEqual(promisedOutput(source));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
