import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";
import type { Repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test } from "vitest";
import { Mission, model, Note, Task } from "./entities.ts";
import { collected, eachWithTenant, failureOf } from "./support.ts";

describe.each(storesUnderTest())("reading, on $name", (target) => {
  let store: Store;
  let tasks: Repository<typeof Task>;
  let notes: Repository<typeof Note>;
  eachWithTenant(target, model, (view) => {
    store = view;
    tasks = repository(Task, store);
    notes = repository(Note, store);
  });

  /** A note that does not fit, as another program might have left it. */
  async function spoil(id: string): Promise<void> {
    await store.write([
      { put: { type: "Note", id, documentVersion: 1, body: { text: ["no", "text"] } }, expect: "any" },
    ]);
  }

  test("get and getMany give entities in the order asked, undefined for what is not there", async () => {
    const a = await notes.create({ id: "a", text: "a" });
    const b = await notes.create({ id: "b", text: "b" });
    expect(await notes.get("a")).toEqual(a);
    expect(await notes.get("c")).toBeUndefined();
    expect(await notes.getMany(["b", "c", "a", "b"])).toEqual([b, undefined, a, b]);
  });

  test("find gives what matches, in the order asked", async () => {
    await tasks.saveMany([
      { name: "b", tries: 2, due: new Date("2026-01-02T00:00:00.000Z") },
      { name: "a", tries: 1, due: new Date("2026-01-01T00:00:00.000Z") },
      { name: "c", tries: 2 },
    ]);
    const names = async (options: Parameters<typeof tasks.find>[0]): Promise<readonly string[]> =>
      (await tasks.find(options)).items.map(({ name }) => name);
    expect(await names({})).toEqual(["b", "a", "c"]);
    expect(await names({ orderBy: [{ field: "name", direction: "asc" }] })).toEqual(["a", "b", "c"]);
    expect(await names({ where: { tries: 2, status: { in: ["stopped"] } } })).toEqual(["b", "c"]);
    expect(await names({ where: { due: { lt: "2026-01-02" } } })).toEqual(["a"]);
    expect(await names({ where: { or: [{ due: null }, { name: { startsWith: "a" } }] } })).toEqual(["a", "c"]);
    expect(await names({ where: { createdAt: { gt: new Date(Date.now() + 60_000) } } })).toEqual([]);
  });

  test("find pages forwards and back", async () => {
    await notes.saveMany(Array.from({ length: 7 }, (_, at) => ({ text: `${at}` })));
    const first = await notes.find({ limit: 3 });
    expect(first.items.map(({ text }) => text)).toEqual(["0", "1", "2"]);
    expect(first.previous).toBeUndefined();
    const second = await notes.find({ limit: 3, after: first.next });
    expect(second.items.map(({ text }) => text)).toEqual(["3", "4", "5"]);
    const back = await notes.find({ limit: 3, before: second.previous });
    expect(back.items.map(({ text }) => text)).toEqual(["0", "1", "2"]);
    const last = await notes.find({ limit: 3, after: second.next });
    expect(last.items.map(({ text }) => text)).toEqual(["6"]);
    expect(last.next).toBeUndefined();
  });

  test("each gives everything, however many pages it takes, and stops where a limit says so", async () => {
    await notes.saveMany(Array.from({ length: 1_203 }, (_, at) => ({ text: `${at}`, pages: at % 3 })));
    const all = await collected(notes.each());
    expect(all.map(({ text }) => text)).toEqual(Array.from({ length: 1_203 }, (_, at) => `${at}`));
    expect(await collected(notes.each({ limit: 501 }))).toHaveLength(501);
    const some = await collected(
      notes.each({ where: { pages: 2 }, orderBy: [{ field: "createdAt", direction: "desc" }] }),
    );
    expect(some).toHaveLength(401);
    expect(some[0]?.text).toBe("1202");
  });

  test("each reads only as far as it is asked", async () => {
    await notes.saveMany([{ text: "a" }, { text: "b" }]);
    for await (const { text } of notes.each()) {
      expect(text).toBe("a");
      break;
    }
    expect(await notes.count()).toBe(2);
  });

  test("count and countBy count what matches", async () => {
    await notes.saveMany([{ text: "a" }, { text: "b", pages: 2 }, { text: "c", pages: 2, draft: true }]);
    await tasks.create({ name: "a" });
    expect(await notes.count()).toBe(3);
    expect(await notes.count({ draft: false })).toBe(2);
    expect(await notes.countBy("pages")).toEqual(
      new Map([
        [1, 1],
        [2, 2],
      ]),
    );
    expect(await notes.countBy("pages", { draft: true })).toEqual(new Map([[2, 1]]));
    expect(await tasks.countBy("status")).toEqual(new Map([["stopped", 1]]));
    expect(await tasks.countBy("due")).toEqual(new Map([[null, 1]]));
  });

  describe("what does not fit its schema", () => {
    beforeEach(async () => {
      await notes.create({ id: "n1", text: "a" });
      await spoil("n2");
      await notes.create({ id: "n3", text: "c" });
    });
    const unfit = { code: "INVALID_ENTITY", details: { type: "Note", id: "n2", path: ["text"] } };

    test("fails a read that meets it, with type, id and path", async () => {
      expect(await failureOf(notes.get("n2"))).toMatchObject(unfit);
      expect(await failureOf(notes.getMany(["n1", "n2"]))).toMatchObject(unfit);
      expect(await failureOf(notes.find())).toMatchObject(unfit);
      expect(await failureOf(collected(notes.each()))).toMatchObject(unfit);
    });

    test("is listed instead where that is asked for, and never skipped in silence", async () => {
      const page = await notes.find({ onInvalid: "report" });
      expect(page.items.map(({ id }) => id)).toEqual(["n1", "n3"]);
      expect(page.invalid).toMatchObject([{ id: "n2", error: unfit }]);
      const each = notes.each({ onInvalid: "report" });
      expect((await collected(each)).map(({ id }) => id)).toEqual(["n1", "n3"]);
      expect(each.invalid).toMatchObject([{ id: "n2", error: unfit }]);
    });

    test("can be replaced and deleted", async () => {
      await notes.save({ id: "n2", text: "b" });
      expect((await notes.get("n2"))?.text).toBe("b");
      await spoil("n1");
      expect(await notes.delete("n1")).toBe(true);
    });
  });

  describe("deleting", () => {
    test("says whether there was anything", async () => {
      await notes.create({ id: "n1", text: "a" });
      expect(await notes.delete("n1")).toBe(true);
      expect(await notes.delete("n1")).toBe(false);
      expect(await notes.get("n1")).toBeUndefined();
    });

    test("takes everything that matches, however many pages it takes, and nothing else", async () => {
      await notes.saveMany(Array.from({ length: 2_100 }, (_, at) => ({ text: "a", draft: at % 2 === 0 })));
      expect(await notes.deleteWhere({ draft: true })).toBe(1_050);
      expect(await notes.countBy("draft")).toEqual(new Map([[false, 1_050]]));
      expect(await notes.deleteWhere({ draft: true })).toBe(0);
    });

    test("refuses a condition that is undefined, here or within, since it would match everything", async () => {
      await notes.create({ text: "a" });
      const nothing = (JSON.parse("{}") as { pages: number }).pages;
      for (const where of [
        { pages: nothing },
        { pages: { eq: nothing } },
        { or: [{ pages: 1 }, { pages: nothing }] },
      ]) {
        expect((await failureOf(notes.deleteWhere(where))).code).toBe("INVALID_QUERY");
      }
      expect(await notes.count()).toBe(1);
      expect(await notes.deleteWhere({})).toBe(1);
    });

    test("takes children along where their reference says so", async () => {
      const missions = repository(Mission, store);
      const mission = await missions.create({ name: "m" });
      await tasks.saveMany([{ name: "a", missionId: mission.id }, { name: "b" }]);
      expect(await missions.deleteWhere({ id: mission.id })).toBe(1);
      expect((await tasks.find()).items.map(({ name }) => name)).toEqual(["b"]);
    });
  });

  describe("inside a transaction", () => {
    test("a repository sees its own writes, and outside nothing is seen before the end", async () => {
      const outside = await store.transaction(async (session) => {
        const inside = notes.in(session);
        const note = await inside.create({ id: "n1", text: "a" });
        expect(await inside.get("n1")).toEqual(note);
        await inside.update("n1", (now) => ({ ...now, text: "b" }));
        await tasks.in(session).create({ id: "t1", name: "a" });
        await tasks.in(session).transition("t1", "start_work");
        return inside.count();
      });
      expect(outside).toBe(1);
      expect((await notes.get("n1"))?.text).toBe("b");
      expect((await tasks.get("t1"))?.status).toBe("in_progress");
    });

    test("a throw undoes what every repository did", async () => {
      const failing = store.transaction(async (session) => {
        await notes.in(session).create({ text: "a" });
        await tasks.in(session).create({ name: "a" });
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect([await notes.count(), await tasks.count()]).toEqual([0, 0]);
    });

    test("a refusal that is handled undoes nothing", async () => {
      await notes.create({ id: "n1", text: "a" });
      await store.transaction(async (session) => {
        const inside = notes.in(session);
        await inside.create({ id: "n2", text: "b" });
        const failure = await failureOf(inside.create({ id: "n1", text: "c" }));
        expect(failure.code).toBe("ALREADY_EXISTS");
        expect(await inside.deleteWhere({ id: "n1" })).toBe(1);
      });
      expect((await notes.find()).items.map(({ id }) => id)).toEqual(["n2"]);
    });

    test("the repository of the store itself is refused, at once", async () => {
      const failure = await store.transaction(async () => failureOf(notes.create({ text: "a" })));
      expect(HoldfastError.is(failure, "TRANSACTION_OUTER_USE")).toBe(true);
    });
  });

  test("a tenant's repository sees that tenant's entities alone", async () => {
    await notes.create({ id: "n1", text: "a" });
    const other = notes.in(store.tenant("other"));
    expect(await other.get("n1")).toBeUndefined();
    expect((await other.create({ id: "n1", text: "b" })).version).toBe(1);
    expect((await notes.get("n1"))?.text).toBe("a");
  });
});
