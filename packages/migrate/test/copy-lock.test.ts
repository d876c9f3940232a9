import { hostname } from "node:os";

import { HoldfastError, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, restoreArchive } from "../src/index.ts";
import { archiveOf, failureOf, sourceOf } from "./archive-support.ts";
import { fill, filledRecords, model, newRecord } from "./sample-model.ts";

const host = hostname()
  .replace(/[^A-Za-z0-9_-]/g, "-")
  .slice(0, 32);

/** A hold as a copy takes it, by a process of this number. */
async function holdOf(store: Store, process: string, forMs = 60_000): Promise<void> {
  let cursor: string | undefined;
  for await (const { next } of store.changes()) cursor = next;
  await store
    .changes(cursor, { hold: { name: `copy-${process}`, forMs } })
    [Symbol.asyncIterator]()
    .next();
}

describe.each(storesUnderTest())("in $name", (target) => {
  test("while a copy goes on, no other copy and no restore begins; at its end the way is free", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    const source = sourceOf(await archiveOf(from));
    await using loose = await target.open({});
    await loose.write([{ put: newRecord("ATask", "long", { title: "x".repeat(600) }), expect: "absent" }]);
    const codes: string[] = [];
    const quarantine = async (): Promise<void> => {
      for (const other of [() => copy(from, to), () => copy(loose, to), () => restoreArchive(to, source)]) {
        codes.push((await failureOf(other())).code);
      }
    };
    expect(await copy(loose, to, { quarantine })).toMatchObject({ quarantined: 1, written: 0 });
    expect(codes).toEqual(["STORE_LOCKED", "STORE_LOCKED", "STORE_LOCKED"]);
    expect((await to.stats()).holds).toEqual([]);
    expect(await copy(from, to)).toMatchObject({ equal: true, written: filledRecords });
  });

  test("a copy of another host is waited for; one that has ended by itself, or whose process is gone, is not", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    await holdOf(to, "7-00ff00ff-elsewhere");
    const error = await failureOf(copy(from, to));
    expect([error.code, error.retryable, error.details]).toMatchObject([
      "STORE_LOCKED",
      true,
      { host: "elsewhere", process: 7 },
    ]);
    expect((await to.stats()).records).toBe(0);
    await to.releaseHold("copy-7-00ff00ff-elsewhere");
    await holdOf(to, `4194304-00ff00ff-${host}`);
    await holdOf(to, `${process.pid}-00ff00ff-${host}`);
    expect((await copy(from, to)).equal).toBe(true);
    expect((await to.stats()).holds).toEqual([]);
  });

  test("of several copies that begin at once, none is torn, and whoever tries again completes it", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await fill(from);
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => copy(from, to, { batch: 10 })));
    const failures = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    expect(failures.filter((thrown) => !HoldfastError.is(thrown, "STORE_LOCKED"))).toEqual([]);
    expect((await copy(from, to)).equal).toBe(true);
    expect((await to.stats()).holds).toEqual([]);
  });
});
