import { feedExpired } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";
import type { Repository, WatchBatch, WatchOptions } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, describe, expect, test } from "vitest";
import { model, Note, Task } from "./entities.ts";
import { disturbed, eachWithTenant, existing, failureOf } from "./support.ts";

type Batch = WatchBatch<typeof Note>;

/** A batch in short: who entered, changed and left. */
function brief({ entered, changed, left }: Batch): readonly (readonly string[])[] {
  return [entered.map(({ id }) => id), changed.map(({ id, text }) => `${id}: ${text}`), [...left].sort()];
}

/** A feed whose deletes behind the cursor were pruned. */
const expiredFeed: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(feedExpired()) }),
};

describe.each(storesUnderTest())("watching, on $name", (target) => {
  let store: Store;
  let notes: Repository<typeof Note>;
  eachWithTenant(target, model, (view) => {
    store = view;
    notes = repository(Note, store);
  });
  let over = new AbortController();
  afterEach(() => {
    over.abort();
    over = new AbortController();
  });

  /** Gives the next batch of a watch with each call; fails where it has ended. */
  function batches(options: WatchOptions<typeof Note> = {}): () => Promise<Batch> {
    const watching = notes.watch({ signal: over.signal, ...options })[Symbol.asyncIterator]();
    return async () => {
      const step = await watching.next();
      if (step.done === true) throw new Error("the watch has ended");
      return step.value;
    };
  }

  test("gives what matches now, then who enters, changes and leaves", async () => {
    await notes.saveMany([
      { id: "b", text: "x", pages: 5 },
      { id: "a", text: "x", pages: 6 },
      { id: "c", text: "x", pages: 1 },
    ]);
    const next = batches({ where: { pages: { gte: 5 } } });
    const first = await next();
    expect(first.entered).toEqual(await notes.getMany(["b", "a"]));
    expect(brief(first)).toEqual([["b", "a"], [], []]);
    await notes.update("c", (now) => ({ ...now, pages: 9 }));
    expect(brief(await next())).toEqual([["c"], [], []]);
    const changed = await notes.update("b", (now) => ({ ...now, text: "y" }));
    expect((await next()).changed).toEqual([changed]);
    await notes.update("a", (now) => ({ ...now, pages: 1 }));
    expect(brief(await next())).toEqual([[], [], ["a"]]);
    await notes.delete("c");
    expect(brief(await next())).toEqual([[], [], ["c"]]);
  });

  test("gives all that matches in the first batch, however many changes the feed gives at once", async () => {
    await notes.saveMany(Array.from({ length: 2_300 }, (_, at) => ({ id: `n${at}`, text: "x", pages: at % 2 })));
    const { entered } = await batches({ where: { pages: 1 } })();
    expect(entered).toHaveLength(1_150);
    expect(entered.at(-1)?.id).toBe("n2299");
  });

  test("gives an empty result too, and then says nothing of what does not concern it", async () => {
    const next = batches({ where: { draft: true } });
    expect(brief(await next())).toEqual([[], [], []]);
    await notes.create({ id: "plain", text: "x" });
    await repository(Task, store).create({ id: "other", name: "x" });
    await notes.delete("plain");
    await notes.create({ id: "it", text: "x", draft: true });
    expect(brief(await next())).toEqual([["it"], [], []]);
  });

  test("tells what one transaction did at once, and of what came and went meanwhile nothing", async () => {
    await notes.saveMany(["a", "b"].map((id) => ({ id, text: "x" })));
    const next = batches();
    await next();
    await store.transaction(async (session) => {
      const inside = notes.in(session);
      await inside.delete("a");
      await inside.create({ id: "c", text: "x" });
      await inside.create({ id: "brief", text: "x" });
      await inside.save({ id: "b", text: "y" });
      await inside.delete("brief");
      await repository(Task, session).create({ id: "c", name: "no note" });
    });
    expect(brief(await next())).toEqual([["c"], ["b: y"], ["a"]]);
    await notes.delete("b");
    await notes.create({ id: "b", text: "again" });
    let seen = await next();
    if (seen.left.length > 0) seen = await next();
    expect([...seen.entered, ...seen.changed].map(({ text, version }) => [text, version])).toEqual([["again", 4]]);
  });

  test("equals what find gives, whatever is done", async () => {
    const where = {
      or: [{ pages: { in: [2, 3] } }, { not: { draft: false } }, { createdAt: { lt: new Date("2000-01-01") } }],
    };
    const held = new Set<string>();
    const next = batches({ where });
    /** Takes one batch; gives the version of the last record that it tells of, 0 where it does not. */
    const catchUp = async (): Promise<number> => {
      const { entered, changed, left } = await next();
      for (const { id } of entered) expect(held.has(id), `${id} entered`).toBe(false);
      for (const { id } of changed) expect(held.has(id), `${id} changed`).toBe(true);
      for (const id of left) expect(held.delete(id), `${id} left`).toBe(true);
      for (const { id } of entered) held.add(id);
      return [...entered, ...changed].find(({ id }) => id === "last")?.version ?? 0;
    };
    await catchUp();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 12; round++) {
      const saves = Array.from({ length: 6 }, () => ({
        id: `n${random(12)}`,
        text: "x",
        pages: random(5),
        draft: random(3) === 0,
      }));
      await notes.saveMany([...new Map(saves.map((each) => [each.id, each])).values()]);
      await notes.delete(`n${random(12)}`);
      // What is always in the result is told in every round, and when it is, so was all before it.
      const { version } = await notes.save({ id: "last", text: "x", pages: 2 });
      while ((await catchUp()) < version);
      const found = (await notes.find({ where })).items.map(({ id }) => id);
      expect([...held].sort(), `round ${round}`).toEqual(found.sort());
    }
  });

  test("goes on from where an earlier watch stood, and tells of all that happened since", async () => {
    await notes.saveMany(["a", "b", "c", "d"].map((id) => ({ id, text: "x", pages: 5 })));
    const { next: cursor } = await batches({ where: { pages: 5 } })();
    await notes.delete("a");
    await notes.save({ id: "b", text: "x", pages: 1 });
    await notes.save({ id: "c", text: "y", pages: 5 });
    await notes.create({ id: "e", text: "x", pages: 5 });
    await notes.create({ id: "never", text: "x" });
    const next = batches({ where: { pages: 5 }, after: cursor });
    expect(brief(await next())).toEqual([["c", "e"], [], ["a", "b", "never"]]);
    await notes.save({ id: "never", text: "z" });
    await notes.save({ id: "c", text: "z", pages: 5 });
    expect(brief(await next())).toEqual([[], ["c: z"], []]);
    expect(brief(await batches({ where: { pages: 5 }, after: (await batches()()).next })())).toEqual([[], [], []]);
  });

  test("refuses a cursor that is none of its tenant's, and says when one is too old", async () => {
    const other = store.tenant(`${store.tenantName}-b`);
    const foreign = await repository(Note, other).watch({ signal: over.signal })[Symbol.asyncIterator]().next();
    const { next: cursor } = existing<WatchBatch<typeof Note>>(foreign.done === true ? undefined : foreign.value);
    for (const after of [cursor, "none", ""]) {
      expect((await failureOf(batches({ after })())).code).toBe("INVALID_CURSOR");
    }
    const pruned = { ...disturbed(store, async () => undefined), layout: store.layout, changes: () => expiredFeed };
    const watching = repository(Note, pruned).watch({ after: cursor })[Symbol.asyncIterator]();
    expect((await failureOf(watching.next())).code).toBe("FEED_EXPIRED");
  });

  test("fails at an entity that matches and does not fit, or reports it and goes on", async () => {
    const spoil = async (pages: number): Promise<unknown> =>
      store.write([{ put: { type: "Note", id: "bad", documentVersion: 1, body: { text: 7, pages } }, expect: "any" }]);
    await notes.saveMany([
      { id: "bad", text: "x", pages: 3 },
      { id: "good", text: "x", pages: 3 },
    ]);
    const next = batches({ where: { pages: 3 }, onInvalid: "report" });
    expect(await next()).toMatchObject({ entered: [{ id: "bad" }, { id: "good" }], invalid: [] });
    await spoil(3);
    const told = await next();
    expect(brief(told)).toEqual([[], [], ["bad"]]);
    expect(told.invalid).toMatchObject([{ id: "bad", error: { code: "INVALID_ENTITY" } }]);
    expect(await failureOf(batches({ where: { pages: 3 } })())).toMatchObject({
      code: "INVALID_ENTITY",
      details: { type: "Note", id: "bad", path: ["text"] },
    });
    await spoil(4);
    expect((await batches({ where: { pages: 3 } })()).entered).toHaveLength(1);
    await notes.save({ id: "bad", text: "well again", pages: 3 });
    expect(brief(await next())).toEqual([["bad"], [], []]);
  });

  test("ends without an error when its signal is given, and with one when the store is closed", async () => {
    const watching = notes.watch({ signal: over.signal })[Symbol.asyncIterator]();
    await watching.next();
    const ended = watching.next();
    over.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
    const closing = await target.open({ model });
    const lost = repository(Note, closing).watch()[Symbol.asyncIterator]();
    await lost.next();
    const failed = failureOf(lost.next());
    await closing.close();
    expect((await failed).code).toBe("STORE_CLOSED");
  });

  test("is left by whoever has seen enough", async () => {
    await notes.create({ id: "a", text: "x" });
    for await (const { entered } of notes.watch()) {
      expect(entered).toHaveLength(1);
      break;
    }
  });

  test("sees nothing of other tenants", async () => {
    const other = repository(Note, store.tenant(`${store.tenantName}-b`));
    await other.create({ id: "theirs", text: "x" });
    const next = batches();
    expect(brief(await next())).toEqual([[], [], []]);
    await other.create({ id: "also theirs", text: "x" });
    await notes.create({ id: "ours", text: "x" });
    expect(brief(await next())).toEqual([["ours"], [], []]);
  });

  test("is refused inside a transaction, and for a condition that is none", async () => {
    const first = async (watched: Repository<typeof Note>, options: object): Promise<unknown> =>
      watched.watch(options)[Symbol.asyncIterator]().next();
    await store.transaction(async (session) => {
      expect((await failureOf(first(notes.in(session), {}))).code).toBe("INVALID_CONFIG");
      expect((await failureOf(first(notes, {}))).code).toBe("TRANSACTION_OUTER_USE");
    });
    expect((await failureOf(first(notes, { where: { text: "x" } }))).code).toBe("FIELD_NOT_INDEXED");
    expect((await failureOf(first(notes, { where: { pages: { below: 1 } } }))).code).toBe("INVALID_QUERY");
  });
});
