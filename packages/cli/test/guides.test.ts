import { globSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { runHere } from "./run-cli.ts";

const root = new URL("../../../", import.meta.url);
/** The files that the guides' commands name. */
const files = {
  entities: new URL("apps/demo/data/entities.json", root),
  orchestrator: new URL("packages/migrate/test/originals/samples/orchestrator.db.gz", root),
};

interface Shown {
  readonly guide: string;
  readonly command: string;
  readonly screen: string;
}

const guides = ["docs/coming-from-supervaizer.md", "docs/coming-from-statestore.md"];
const shown = (await Promise.all(guides.map(screensOf))).flat();
let folder: string;

async function screensOf(guide: string): Promise<readonly Shown[]> {
  const text = await readFile(new URL(guide, root), "utf8");
  const found = text.matchAll(/^```sh\nholdfast ([^\n]*)\n```\n\n```text\n(.*?)^```$/gms);
  return Array.from(found, ([, command = "", screen = ""]) => ({ guide, command, screen }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-guides-"));
  await cp(files.entities, join(folder, "entities.json"));
  await writeFile(join(folder, "orchestrator.db"), await promisify(gunzip)(await readFile(files.orchestrator)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(shown)("$guide shows what the screen shows: holdfast $command", async ({ command, screen }) => {
  const here = command.split(" ").map((word) => word.replace(":./", `:${folder}/`));
  const { exitCode, out } = await runHere(...here);
  expect(out.replaceAll(folder, ".")).toBe(screen);
  expect(exitCode).toBe(0);
});

/** The commands of a page's blocks, without what stands before and behind them in the shell. */
async function commandsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(new URL(page, root), "utf8");
  const blocks = Array.from(text.matchAll(/^```sh\n(.*?)^```$/gms), ([, commands = ""]) => commands);
  return blocks.flatMap((commands) =>
    Array.from(commands.matchAll(/(?:^|\s)holdfast ([^\n|>;]*)/gm), ([, command = ""]) => command.trim()),
  );
}

test("every command that a page shows is one, with its options", async () => {
  const pages = ["README.md", ...globSync("{docs/*.md,packages/*/README.md}", { cwd: root })];
  const commands = (await Promise.all(pages.map(commandsOf))).flat();
  expect(commands.length).toBeGreaterThan(40);
  const unknown: string[] = [];
  for (const command of new Set(commands)) {
    const [name = "", ...words] = command.split(" ");
    const { exitCode, out } = await runHere(...(name.startsWith("-") ? [] : [name]), "--help");
    const options = words.filter((word) => word.startsWith("--"));
    if (exitCode !== 0 || options.some((option) => !out.includes(option))) unknown.push(command);
  }
  expect(unknown).toEqual([]);
});

test("each guide shows a screen", () => {
  expect(new Set(shown.map(({ guide }) => guide)).size).toBe(guides.length);
});
