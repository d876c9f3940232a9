import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import { workflowModel } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { programsIn, shownIn } from "./guide/guide-blocks.ts";
import { GuideShell } from "./guide/guide-shell.ts";
import { makeProduction } from "./guide/production.ts";
import { Screens } from "./guide/same-screen.ts";

const guide = await readFile(new URL("../../../docs/moving.md", import.meta.url), "utf8");
const shown = shownIn(guide);
const targets = storesUnderTest();
const postgres = targets.find(({ name }) => name === "postgres");
/** The guide goes from the first store to the last, in a shell. */
const isWhole = process.platform !== "win32" && targets.length === 4;

describe.runIf(isWhole)("the guide to moving, step by step", () => {
  const [theirs, ours] = [new Screens(), new Screens()];
  const before = process.cwd();
  let folder: string;
  let shell: GuideShell;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "holdfast-moving-")));
    process.chdir(folder);
    const url = (await postgres?.freshUrl()) ?? "";
    shell = await GuideShell.in(folder, new Map([["postgres://app@db.example/app", url]]));
    await mkdir("data");
    await makeProduction("json:./data/entities.json");
    for (const { file, source } of programsIn(guide)) await writeFile(file, source);
    await writeFile("app.env", "HOLDFAST_STORE=json:./data/entities.json\n");
    await makeStricter();
    await shell.run("systemctl start app", "");
  });
  afterAll(async () => {
    await shell.application.stop();
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
  });

  test.each(shown)("$heading: $commands.0", async ({ commands, screen }) => {
    let seen = "";
    for (const command of commands) seen += await shell.run(command, screen);
    expect(ours.comparable(seen)).toBe(theirs.comparable(screen));
  });
});

test("each block of commands is one that is run", () => {
  expect(shown.length).toBeGreaterThan(20);
  expect(guide.match(/^```sh$/gm)).toHaveLength(shown.length);
  expect(guide.match(/^```text$/gm)).toHaveLength(shown.filter(({ screen }) => screen !== "").length);
});

/** The next release of the application: a job's name is to be unique for each agent. Its store is made, and empty. */
async function makeStricter(): Promise<void> {
  const unique = { fields: ["agentName", "name"], unique: true };
  const types = workflowModel.layout.types.map((each) =>
    each.type === "Job" ? { ...each, indexes: [...each.indexes, unique] } : each,
  );
  await writeFile("next-model.mjs", `export const model = ${JSON.stringify({ layout: { types } })};\n`);
  await using store = await openStore("sqlite:./next.db", { model: { layout: { types } } });
  expect(store.backend).toBe("sqlite");
}
