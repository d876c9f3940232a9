import type { Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, restoreArchive, storeHash } from "../src/index.ts";
import { archiveOf, sourceOf } from "./archive-support.ts";
import { dyingStore, Killed, type KillPoint } from "./dying-store.ts";
import { fill, model } from "./sample-model.ts";

const sides = ["before", "after"] as const;

/** Kills the work at every so many of its calls to the target, and completes it. How many points that were. */
async function killEverywhere(
  open: () => Promise<Store>,
  every: number,
  work: (target: Store) => Promise<{ readonly equal: boolean }>,
): Promise<number> {
  let points = 0;
  const killed = async (point: KillPoint): Promise<boolean> => {
    await using target = await open();
    const died = await work(dyingStore(target, point, { made: 0 })).then(
      () => false,
      (thrown: unknown) => {
        if (thrown instanceof Killed) return true;
        throw thrown;
      },
    );
    const { equal } = await work(target);
    expect([point, equal, (await target.stats()).holds]).toEqual([point, true, []]);
    points += died ? 1 : 0;
    return died;
  };
  for (const side of sides) for (let call = 1; await killed({ call, side }); call += every);
  return points;
}

describe.each(storesUnderTest())("into $name", (target) => {
  const isQuick = target.name === "memory";

  test("a copy that is killed at any of its calls is completed by the next", async () => {
    await using from = await target.open({ model });
    await fill(from);
    const hash = await storeHash(from);
    const points = await killEverywhere(
      () => target.open({ model }),
      isQuick ? 1 : 9,
      async (to) => {
        const { equal } = await copy(from, to, { batch: isQuick ? 1 : 10 });
        return { equal: equal && (await storeHash(to)) === hash };
      },
    );
    expect(points).toBeGreaterThan(isQuick ? 200 : 5);
  });

  test("a restore that is killed at any of its calls is completed by the next", async () => {
    await using from = await target.open({ model });
    await fill(from);
    const archive = await archiveOf(from);
    const points = await killEverywhere(
      () => target.open({ model }),
      isQuick ? 1 : 29,
      async (to) => restoreArchive(to, sourceOf(archive, archive.byteLength), { batch: 5 }),
    );
    expect(points).toBeGreaterThan(isQuick ? 40 : 2);
  });

  test("a replacement that is killed leaves each tenant as it was or as it is to be, and is completed by the next", async () => {
    await using from = await target.open({ model });
    await fill(from);
    const archive = await archiveOf(from);
    const replace = { safetyCopy: () => Promise.resolve() };
    const filled = async (): Promise<Store> => {
      const store = await target.open({ model });
      for (const view of [store, store.tenant("other")]) {
        const ids = ["m1", "old"];
        await view.write(
          ids.map((id) => ({
            put: { type: "Mission", id, documentVersion: 1, body: { title: "old" } },
            expect: "any",
          })),
        );
      }
      return store;
    };
    const points = await killEverywhere(filled, isQuick ? 1 : 9, async (to) =>
      restoreArchive(to, sourceOf(archive, archive.byteLength), { replace }),
    );
    expect(points).toBeGreaterThan(1);
  });
});
