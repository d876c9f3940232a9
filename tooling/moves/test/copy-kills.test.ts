import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { copy } from "@holdfast/migrate";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { contentsHash } from "../src/contents.ts";
import { inTurns } from "../src/in-turns.ts";
import { killPoints } from "../src/kill-points.ts";
import { openAt } from "../src/open-at.ts";
import { countCalls, killMove, type KillPoint } from "../src/run-move.ts";
import { fillSample, sampleBatch, sampleModel } from "../src/sample-store.ts";
import { makePlaces, missing, pathsOf, type Places, type Scheme } from "./move-tools.ts";

const pairs: readonly { readonly from: Scheme; readonly to: Scheme }[] = [
  { from: "json", to: "sqlite" },
  { from: "sqlite", to: "json" },
  { from: "sqlite", to: "postgres" },
  { from: "postgres", to: "sqlite" },
];
/** Points at which copies are killed, over all pairs. */
const kills = Number(process.env["MOVE_KILLS"] ?? 200);
const timeout = Math.max(300_000, kills * 10_000);
/** While some processes start or sync, another is checked. */
const atOnce = 4;

const figures = { "killed copies that the next one completed": 0 };

async function hashOf(url: string): Promise<string> {
  await using store = await openAt(url, { access: "read" });
  return await contentsHash(store);
}

/** Of the file's bytes, where the store is one. */
async function fileHash(url: string): Promise<string> {
  if (url.startsWith("postgres:")) return "";
  const bytes = await readFile(url.slice(url.indexOf(":") + 1));
  return createHash("sha256").update(bytes).digest("hex");
}

describe.skipIf(missing !== undefined)("a process that copies a store and is killed", () => {
  let places: Places;
  beforeAll(async () => {
    places = await makePlaces();
  });
  afterAll(() => places[Symbol.asyncDispose]());

  /** Kills a copy there, completes it from this process, and says what became of both stores. */
  async function killAndComplete(
    from: string,
    scheme: Scheme,
    point: KillPoint,
  ): Promise<{ readonly point: KillPoint; readonly isKilled: boolean; readonly left: object }> {
    const to = await places.freshUrl(scheme);
    const isKilled = await killMove(places, { does: "copy", from, to }, pathsOf(to), point);
    await using source = await openAt(from, { access: "read" });
    await using target = await openAt(to, { model: { layout: source.layout } });
    const { equal } = await copy(source, target, { batch: sampleBatch });
    const { ok } = await target.check();
    const { holds } = await target.stats();
    return { point, isKilled, left: { equal, ok, holds, contents: await contentsHash(target) } };
  }

  test.each(pairs)(
    "from $from to $to at any of its calls is completed by the next, to the last version and tombstone",
    { timeout },
    async ({ from: source, to: scheme }) => {
      const from = await places.freshUrl(source);
      {
        await using store = await openAt(from, { model: sampleModel });
        await fillSample(store);
      }
      const [contents, file] = [await hashOf(from), await fileHash(from)];
      const whole = await places.freshUrl(scheme);
      const calls = await countCalls(places, { does: "copy", from, to: whole }, pathsOf(whole));
      const points = killPoints(calls, Math.ceil(kills / pairs.length) + 4);
      const outcomes = await inTurns(points, atOnce, (point) => killAndComplete(from, scheme, point));
      const wanted = { equal: true, ok: true, holds: [], contents };
      for (const { point, left } of outcomes) expect([point, left]).toEqual([point, wanted]);
      // Which call of many threads and connections is the last is not always the same.
      const killed = outcomes.filter(({ isKilled }) => isKilled).length;
      expect(killed).toBeGreaterThanOrEqual(Math.min(Math.ceil(kills / pairs.length), points.length - 4));
      expect([await hashOf(from), await fileHash(from)]).toEqual([contents, file]);
      figures["killed copies that the next one completed"] += killed;
    },
  );

  afterAll(() =>
    writeEvidence({
      name: "kills-copy",
      title: "Killed copies",
      figures,
      promises: [
        {
          promise: "A copy that is killed at any point is completed by the next, and the source stays as it is.",
          test: "tooling/moves/test/copy-kills.test.ts",
          name: "at any of its calls is completed by the next, to the last version and tombstone",
        },
      ],
    }),
  );
});
