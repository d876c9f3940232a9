import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { evidencePage } from "../src/evidence-page.ts";
import { evidenceSection } from "../src/evidence-section.ts";
import type { Part } from "../src/part.ts";
import { readEvidence } from "../src/read-evidence.ts";
import { runPart } from "../src/run-part.ts";
import { surroundings } from "../src/surroundings.ts";

const root = resolve(import.meta.dirname, "../../..");
const size = { scale: 0.1, seed: 7 };
const part: Part = {
  name: "kills",
  description: "processes that are really killed",
  program: () => ({
    command: process.execPath,
    arguments: ["-e", "require('fs').writeFileSync(process.env.HOLDFAST_EVIDENCE + '/seen.json', process.env.SEEN)"],
    environment: {
      SEEN: JSON.stringify({
        name: "seen",
        title: "Kills at random times",
        figures: { kills: 10_000, "lost | torn": "0" },
        promises: [{ promise: "Nothing acknowledged is lost", test: "packages/a.test.ts", name: "loses [nothing]" }],
      }),
    },
  }),
};

describe("the page of evidence", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-nightly-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function sectionOf(passed: boolean): Promise<string> {
    const report = await runPart(part, size, root, { HOLDFAST_EVIDENCE: folder });
    const evidence = await readEvidence(folder);
    const told = passed ? report : { name: "kills", passed, reason: "exit code 1", seconds: 2 };
    return evidenceSection({ part, size, report: told, evidence, day: "2026-11-22", surroundings: ["one processor"] });
  }

  test("gives the figures, the tests, the seed and the machine of each part", async () => {
    const lines = (await sectionOf(true)).split("\n");
    expect(lines[0]).toBe("## Processes that are really killed");
    expect(lines).toContain("| kills | 10,000 |");
    expect(lines).toContain("| lost \\| torn | 0 |");
    expect(lines).toContain("- Nothing acknowledged is lost: [loses \\[nothing\\]](../packages/a.test.ts)");
    expect(lines).toContain("- one processor");
    expect(lines[2]).toMatch(/^Passed on 2026-11-22 .*`pnpm nightly kills --scale 0\.1 --seed 7`$/);
  });

  test("says of a part that it failed", async () => {
    expect(await sectionOf(false)).toContain("**Failed** (exit code 1) on 2026-11-22");
  });

  test("keeps the sections of parts that did not run, and the order of the parts", () => {
    const order = ["model", "kills", "images"];
    const first = evidencePage(undefined, new Map([["images", "## Images\n\nold"]]), order);
    const both = evidencePage(first, new Map([["kills", "## Kills"]]), order);
    const again = evidencePage(both, new Map([["images", "## Images\n\nnew"]]), order);
    expect(again).toBe(
      evidencePage(
        undefined,
        new Map([
          ["images", "## Images\n\nnew"],
          ["kills", "## Kills"],
        ]),
        order,
      ),
    );
    expect(again.indexOf("## Kills")).toBeLessThan(again.indexOf("## Images"));
    expect(again).not.toContain("old");
  });

  test("forgets a part that there is no more", () => {
    const page = evidencePage(undefined, new Map([["gone", "## Gone"]]), ["gone"]);
    expect(evidencePage(page, new Map(), ["kills"])).not.toContain("Gone");
  });

  test("names the machine, the versions and the commit", () => {
    const text = surroundings(root).join("\n");
    expect(text).toContain(`Node ${process.versions.node}`);
    expect(text).toMatch(/better-sqlite3 \d+\.\d+/);
    expect(text).toMatch(/commit [0-9a-f]{7,}|commit unknown/);
  });

  test("as it is published, leads only to tests that there are", async () => {
    const file = join(root, "docs/evidence.md");
    const page = existsSync(file) ? await readFile(file, "utf8") : "";
    const links = [...page.matchAll(/\[((?:\\.|[^\]\\])+)\]\(\.\.\/([^)]+)\)/g)];
    for (const [, name = "", path = ""] of links) {
      const end = name.replaceAll(/\\(.)/g, "$1").split(" ").slice(-4).join(" ");
      expect(await withImports(join(root, path)), `${path} has no test "${name}"`).toContain(end);
    }
  });
});

/** What a file says, and the files beside it that it imports: a test may be registered there for several stores. */
async function withImports(path: string): Promise<string> {
  const text = await readFile(path, "utf8");
  const beside = [...text.matchAll(/from "(\.\/[^"]+)"/g)].map(([, name = ""]) => join(dirname(path), name));
  return [text, ...(await Promise.all(beside.map((each) => readFile(each, "utf8"))))].join("\n");
}
