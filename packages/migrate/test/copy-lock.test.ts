import { hostname } from "node:os";
import { setImmediate } from "node:timers/promises";

import { HoldfastError, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, onTestFinished, test, vi } from "vitest";

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

  test("a copy of the whole store and one of a tenant of it see each other, whichever came first", async () => {
    await using to = await target.open({ model });
    await using loose = await target.open({});
    const tooLong = { put: newRecord("ATask", "long", { title: "x".repeat(600) }), expect: "absent" } as const;
    for (const view of [loose, loose.tenant("one")]) await view.write([tooLong]);
    const [whole, one, two] = [to, to.tenant("one"), to.tenant("two")].map((view) => ({
      view,
      from: loose.tenant(view.tenantName),
    }));
    const codes: string[] = [];
    for (const [first, second] of [
      [whole, one],
      [one, whole],
      [one, two],
    ]) {
      const quarantine = async (): Promise<void> => {
        if (second !== undefined) codes.push((await failureOf(copy(second.from, second.view))).code);
      };
      if (first !== undefined) await copy(first.from, first.view, { quarantine });
    }
    expect(codes).toEqual(["STORE_LOCKED", "STORE_LOCKED", "STORE_LOCKED"]);
    expect((await to.stats()).holds).toEqual([]);
  });

  test("a copy that is long about something renews its hold by the clock, and has none behind its end", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    await using to = await target.open({ model });
    await using loose = await target.open({});
    await loose.write([{ put: newRecord("ATask", "long", { title: "x".repeat(600) }), expect: "absent" }]);
    const moved = async (): Promise<number> => (await to.stats()).holds[0]?.moved ?? 0;
    let renewals = 0;
    const quarantine = async (): Promise<void> => {
      for (; renewals < 3; renewals++) {
        const before = await moved();
        // Two renewals in one millisecond look like one, and some stores answer without a turn of the event loop.
        do {
          vi.advanceTimersByTime(15_000);
          await setImmediate();
        } while ((await moved()) === before);
      }
      vi.advanceTimersByTime(15_000);
    };
    expect(await copy(loose, to, { quarantine })).toMatchObject({ quarantined: 1 });
    expect(renewals).toBe(3);
    expect([(await to.stats()).holds, vi.getTimerCount()]).toEqual([[], 0]);
  });

  test("a hold that was not renewed in time counts as long as its process lives, on its own host", async () => {
    await using from = await target.open({ model });
    await using to = await target.open({ model });
    await holdOf(to, "7-00ff00ff-elsewhere", 1);
    await holdOf(to, `${process.ppid}-00ff00ff-${host}`, 1);
    const now = await to.now();
    while ((await to.now()) < now + 2_000);
    expect(await failureOf(copy(from, to))).toMatchObject({ code: "STORE_LOCKED", details: { process: process.ppid } });
    await to.releaseHold(`copy-${process.ppid}-00ff00ff-${host}`);
    expect(await copy(from, to)).toMatchObject({ equal: true });
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
