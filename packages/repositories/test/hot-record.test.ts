import { Transition } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { historyOf, repository } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { Door, model, Note, Task } from "./entities.ts";
import { eachWithTenant, existing, failureOf } from "./support.ts";

const loops = 64;
const steps = 4;

function together<T>(work: (at: number) => Promise<T>, count = loops): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => work(at)));
}

function numbers(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => from + at);
}

describe.each(storesUnderTest())("many who change one record at once, on $name", (target) => {
  let store: Store;
  let doors: Repository<typeof Door>;
  let tasks: Repository<typeof Task>;
  eachWithTenant(target, model, (view) => {
    store = view;
    doors = repository(Door, store);
    tasks = repository(Task, store);
  });

  /** A step that the door allows, whatever others do meanwhile. */
  async function turn(id: string): Promise<number> {
    for (;;) {
      for (const event of ["open", "close"] as const) {
        const result = await doors.tryTransition(id, event);
        if (result.ok) return result.entity.version;
      }
    }
  }

  test("lose no step, and give each version once, with a history of each in order", async () => {
    await doors.create({ id: "d1" });
    let asked = 0;
    const versions = await together(async () => {
      const own: number[] = [];
      while (own.length < steps) own.push((await doors.transition("d1", asked++ % 2 ? "close" : "open")).version);
      return own;
    });
    expect(versions.flat().toSorted((a, b) => a - b)).toEqual(numbers(2, loops * steps));
    const { items } = await historyOf(store, Door, "d1", { limit: 1_000 });
    expect(items.map(({ entityVersion }) => entityVersion)).toEqual(numbers(2, loops * steps));
    expect(items.map(({ event }) => event)).toEqual(numbers(0, loops * steps).map((at) => (at % 2 ? "close" : "open")));
    expect(items.slice(1).map(({ from }) => from)).toEqual(items.slice(0, -1).map(({ to }) => to));
  });

  test("are served in the order they came, each with the times of its own step", async () => {
    await doors.create({ id: "d1" });
    const moved = await together((at) => doors.transition("d1", at % 2 ? "close" : "open"));
    expect(moved.map(({ version }) => version)).toEqual(numbers(2, loops));
    const times = moved.map(({ updatedAt }) => updatedAt);
    expect(times).toEqual([...new Set(times)].toSorted());
    expect(await doors.get("d1")).toEqual(moved.at(-1));
  });

  test("are told what is illegal by what was committed, and go on behind it", async () => {
    await doors.create({ id: "d1" });
    const results = await Promise.all([
      doors.tryTransition("d1", "open"),
      doors.tryTransition("d1", "open"),
      doors.tryTransition("d1", "close"),
      doors.tryTransition("d1", "close"),
      doors.tryTransition("d1", "tear_down"),
      doors.tryTransition("d1", "open"),
    ]);
    expect(results.map((result) => (result.ok ? result.entity.version : result.error.details))).toMatchObject([
      2,
      { from: "open", event: "open" },
      3,
      { from: "shut", event: "close" },
      4,
      { from: "gone", event: "open" },
    ]);
    expect(await repository(Transition, store).count()).toBe(3);
  });

  test("are judged anew where the step before them does not come about", async () => {
    await tasks.create({ id: "t1", name: "a" });
    const given = new AbortController();
    const leaving = repository(Task, store.within({ signal: given.signal }));
    const left = leaving.transition("t1", "start_work", { patch: { name: "left" } });
    const conflicting = tasks.transition({ id: "t1", version: 2 }, "awaiting_on_input");
    const illegal = tasks.tryTransition("t1", "awaiting_on_input");
    const seen: string[] = [];
    const updated = tasks.update("t1", (now) => {
      seen.push(now.name);
      // What is shown here is handed in, and not committed yet.
      if (now.name === "left") given.abort();
      return now;
    });
    const legal = tasks.transition("t1", "start_work");
    expect((await failureOf(left)).code).toBe("ABORTED");
    // Whoever named the version that never was, and whoever wanted the status that never was, are told what is.
    expect(await failureOf(conflicting)).toMatchObject({ code: "CONFLICT", details: { expected: 2, current: 1 } });
    expect(await illegal).toMatchObject({ ok: false, error: { details: { from: "stopped" } } });
    expect([seen, (await updated).version]).toEqual([["left", "a"], 2]);
    expect(await legal).toMatchObject({ name: "a", version: 3, status: "in_progress" });
  });

  test("lose nothing of what somebody saves meanwhile, nor does that lose a step", async () => {
    await doors.create({ id: "d1" });
    await together(async (at) => {
      if (at % 4 === 1) await doors.save({ id: "d1", colour: `red ${at}` });
      return turn("d1");
    }, 16);
    const door = await doors.get("d1");
    expect([door?.version, door?.colour.split(" ")[0]]).toEqual([21, "red"]);
    expect((await historyOf(store, Door, "d1")).items).toHaveLength(16);
  });

  test("with a version each are refused as soon as it is no longer stored", async () => {
    const task = await tasks.create({ id: "t1", name: "a" });
    const results = await together(() => tasks.tryTransition(task, "start_work"), 8);
    expect(results.map((result) => (result.ok ? result.entity.version : result.error.code))).toEqual([
      2,
      ...Array.from({ length: 7 }, () => "CONFLICT"),
    ]);
    expect(results[7]).toMatchObject({ error: { details: { expected: 1, current: 2 } } });
  });

  test("set finishedAt once", async () => {
    await tasks.create({ id: "t1", name: "a" });
    await tasks.transition("t1", "start_work");
    const ended = await together(
      (at) => tasks.tryTransition("t1", at === 0 ? "successfully_done" : "timeout_or_error"),
      4,
    );
    expect(ended.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(ended[0]).toMatchObject({ ok: true, entity: { finishedAt: (await tasks.get("t1"))?.finishedAt } });
  });

  test("are each refused what does not fit, and hold up nobody", async () => {
    await tasks.create({ id: "t1", name: "a" });
    const big = "x".repeat(9 * 1024 * 1024);
    const started = tasks.transition("t1", "start_work");
    const refused = await Promise.all([
      failureOf(tasks.transition("t1", "awaiting_on_input", { patch: { name: big } })),
      failureOf(
        tasks.transition("t1", "awaiting_on_input", { patch: JSON.parse('{"tries":"many"}') as { tries: number } }),
      ),
    ]);
    expect(refused.map(({ code }) => code)).toEqual(["DOCUMENT_TOO_LARGE", "INVALID_ENTITY"]);
    expect((await started).version).toBe(2);
    expect((await tasks.transition("t1", "awaiting_on_input")).version).toBe(3);
  });

  test("find nothing, each of them, where nothing is stored", async () => {
    const codes = await together(async () => (await failureOf(doors.transition("none", "open"))).code, 8);
    expect(new Set(codes)).toEqual(new Set(["NOT_FOUND"]));
  });

  test("are all answered where the store closes", async () => {
    const closing = await target.open({ model });
    const notes = repository(Note, closing);
    await notes.create({ id: "n1", text: "a" });
    const updates = Promise.allSettled(numbers(0, 16).map(() => notes.update("n1", (now) => ({ ...now, text: "b" }))));
    await closing.close();
    const reasons = (await updates).flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ code: "STORE_CLOSED", outcome: "none" });
  });

  test("stand apart in each tenant, and in transactions", async () => {
    const other = repository(Door, store.tenant(`${store.tenantName}-other`));
    await Promise.all([doors, other].map((each) => each.create({ id: "d1" })));
    const inside = store.transaction((session) => doors.in(session).transition("d1", "tear_down"));
    const [moved, elsewhere] = await Promise.all([inside, other.transition("d1", "open")]);
    expect([moved.version, elsewhere.version]).toEqual([2, 2]);
  });

  test("update it one after another, and a change is made again that saw what never came to be stored", async () => {
    const notes = repository(Note, store);
    await notes.create({ id: "n1", text: "a", pages: 0 });
    const given = new AbortController();
    const seen: number[] = [];
    const left = repository(Note, store.within({ signal: given.signal })).update("n1", (now) => ({
      ...now,
      pages: 50,
    }));
    const made = notes.update("n1", (now) => {
      seen.push(now.pages);
      if (now.pages === 50) {
        given.abort();
        throw new Error("too many pages");
      }
      return { ...now, pages: now.pages + 1 };
    });
    expect((await failureOf(left)).code).toBe("ABORTED");
    expect(await made).toMatchObject({ pages: 1, version: 2 });
    expect(seen).toEqual([50, 0]);
    const counted = await together(() => notes.update("n1", (now) => ({ ...now, pages: now.pages + 1 })));
    expect(counted.map(({ pages }) => pages)).toEqual(numbers(2, loops));
  });

  test.runIf(target.sharable)("lose no step beside another store's", async () => {
    await using one = await target.open({ model });
    await using two = await existing(target.reopen)(one, { model });
    await repository(Door, one).create({ id: "d1" });
    const versions = await together(async (at) => {
      const own = repository(Door, at % 2 ? one : two);
      for (;;) {
        const opened = await own.tryTransition("d1", "open");
        const result = opened.ok ? opened : await own.tryTransition("d1", "close");
        if (result.ok) return result.entity.version;
      }
    }, 16);
    expect(versions.toSorted((a, b) => a - b)).toEqual(numbers(2, 16));
    expect((await historyOf(one, Door, "d1")).items).toHaveLength(16);
  });
});
