import { copy } from "@holdfast/migrate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { contentsHash } from "../src/contents.ts";
import { openAt } from "../src/open-at.ts";
import { startMove, type StartedMove } from "../src/run-move.ts";
import { fillSample, sampleModel } from "../src/sample-store.ts";
import { makePlaces, missing, type Places, type Scheme } from "./move-tools.ts";

/** Of the first operator, about the middle of its copy. */
const stoppedAt = 40;
const operators = 4;

describe.skipIf(missing !== undefined)("of two operators", () => {
  let places: Places;
  beforeAll(async () => {
    places = await makePlaces();
  });
  afterAll(() => places[Symbol.asyncDispose]());

  async function filled(): Promise<{ readonly from: string; readonly contents: string }> {
    const from = await places.freshUrl("sqlite");
    await using store = await openAt(from, { model: sampleModel });
    await fillSample(store);
    return { from, contents: await contentsHash(store) };
  }

  async function expectCopied(to: string, contents: string): Promise<void> {
    await using target = await openAt(to, { model: sampleModel });
    expect([await contentsHash(target), (await target.stats()).holds]).toEqual([contents, []]);
  }

  test.each<Scheme>(["json", "sqlite", "postgres"])(
    "who copy into one store in %s, the second is told of the first by its process, and the first comes to its end",
    async (scheme) => {
      const { from, contents } = await filled();
      const to = await places.freshUrl(scheme);
      const move = { does: "copy", from, to } as const;
      const first = startMove(places.tools, move, { signalledAt: stoppedAt, signal: "SIGSTOP" });
      try {
        await first.stopped;
        const second = await startMove(places.tools, move).told;
        expect(second).toMatchObject({
          code: "STORE_LOCKED",
          message: expect.stringContaining(String(first.child.pid)) as string,
        });
      } finally {
        first.child.kill("SIGCONT");
      }
      expect(await first.told).toMatchObject({ isEqual: true });
      await expectCopied(to, contents);
    },
  );

  test.each<Scheme>(["json", "sqlite", "postgres"])(
    "who begin in one moment to copy into a new store in %s, none tears the other's, and whoever comes next completes it",
    async (scheme) => {
      const { from, contents } = await filled();
      const to = await places.freshUrl(scheme);
      const started: readonly StartedMove[] = Array.from({ length: operators }, () =>
        startMove(places.tools, { does: "copy", from, to }),
      );
      const told = await Promise.all(started.map((each) => each.told));
      const others = told.filter((each) => each === undefined || !("isEqual" in each) || !each.isEqual);
      for (const each of others)
        expect(each).toMatchObject({ code: expect.stringMatching(/^STORE_(LOCKED|BUSY)$/) as string });
      await using source = await openAt(from, { access: "read" });
      {
        await using target = await openAt(to, { model: sampleModel });
        expect(await copy(source, target)).toMatchObject({ equal: true });
      }
      await expectCopied(to, contents);
    },
  );

  test("one whose process is killed locks nobody out", async () => {
    const { from, contents } = await filled();
    const to = await places.freshUrl("sqlite");
    const move = { does: "copy", from, to } as const;
    expect(await startMove(places.tools, move, { signalledAt: stoppedAt }).told).toBeUndefined();
    expect(await startMove(places.tools, move).told).toMatchObject({ isEqual: true });
    await expectCopied(to, contents);
  });
});
