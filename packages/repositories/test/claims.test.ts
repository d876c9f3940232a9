import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { claims } from "@holdfast/repositories";
import type { Claims, ClaimsOptions, ClaimsStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { beforeEach, describe, expect, test } from "vitest";

import { repository } from "../src/repository.ts";
import { model, Note, Task } from "./entities.ts";
import { disturbed, eachWithTenant, existing, failureOf } from "./support.ts";

/** Waits until the backend's clock is past the end of the claim's lease. */
async function untilFree(leases: Claims<typeof Task>, id: string): Promise<void> {
  await expect.poll(() => leases.holder(id), { timeout: 60_000, interval: 1 }).toBeUndefined();
}

describe.each(storesUnderTest())("claims on $name", (target) => {
  let store: Store;
  eachWithTenant(target, model, (view) => (store = view));

  const claimsOf = (owner: string, options: Partial<ClaimsOptions> = {}) =>
    claims(Task, store, { owner, autoRenew: false, ...options });
  const tasks = () => repository(Task, store);

  beforeEach(async () => {
    await tasks().saveMany(["a", "b", "c"].map((id) => ({ id, name: id })));
  });

  test("give an entity to one owner at a time", async () => {
    const [one, two] = [claimsOf("one"), claimsOf("two")];
    const claim = existing(await one.claim("a"));
    expect(claim.entity).toMatchObject({ id: "a", version: 1 });
    expect(await two.claim("a")).toBeUndefined();
    expect(await one.claim("a")).toBeUndefined();
    expect(await two.holder("a")).toMatchObject({ owner: "one" });
    expect(await claim.release()).toBe(true);
    expect(await two.holder("a")).toBeUndefined();
    await using second = existing(await two.claim("a"));
    expect(second.entity.version).toBe(1);
  });

  test("never change the entity, neither by claiming nor by renewing nor by releasing", async () => {
    const before = await tasks().get("a");
    const claim = existing(await claimsOf("one").claim("a"));
    await claim.renew();
    await claim.release();
    expect(await tasks().get("a")).toEqual(before);
  });

  test("refuse every write under a lease that another has taken over, and undo all of it", async () => {
    const slow = existing(await claimsOf("slow", { leaseMs: 1 }).claim("a"));
    await untilFree(claimsOf("watcher"), "a");
    const quick = existing(await claimsOf("quick").claim("a"));
    const lost = { code: "LEASE_LOST", outcome: "none", details: { type: "Task", id: "a", owner: "slow" } };
    const { repository: late } = slow;
    expect(await failureOf(late.save({ id: "a", name: "late" }))).toMatchObject(lost);
    expect(await failureOf(late.update("a", (now) => ({ ...now, name: "late" })))).toMatchObject(lost);
    expect(await failureOf(late.transition("a", "start_work"))).toMatchObject(lost);
    expect(await failureOf(late.delete("a"))).toMatchObject(lost);
    expect(await failureOf(late.in(slow.session).create({ id: "new", name: "late" }))).toMatchObject(lost);
    expect(await failureOf(slow.renew())).toMatchObject(lost);
    expect(slow.lost.reason).toMatchObject(lost);
    expect(await slow.release()).toBe(false);
    expect(await tasks().getMany(["a", "new"])).toMatchObject([{ name: "a", version: 1 }, undefined]);
    expect(await quick.repository.transition("a", "start_work")).toMatchObject({ version: 2, status: "in_progress" });
    expect(await quick.release()).toBe(true);
  });

  test("refuse a write under a lease that others had and gave back, and that was forgotten since", async () => {
    const slow = existing(await claimsOf("slow", { leaseMs: 1 }).claim("a"));
    await untilFree(claimsOf("watcher"), "a");
    await existing(await claimsOf("quick").claim("a")).release();
    const kinds = (await store.stats()).types.filter(({ type }) => type.startsWith("EntityLease"));
    expect(kinds).toMatchObject([
      { type: "EntityLease", records: 1, tombstones: 0 },
      { type: "EntityLeaseTerm", records: 0, tombstones: 1 },
    ]);
    expect((await failureOf(slow.repository.save({ id: "a", name: "late" }))).code).toBe("LEASE_LOST");
    await using third = existing(await claimsOf("third").claim("a"));
    expect((await failureOf(slow.repository.save({ id: "a", name: "late" }))).code).toBe("LEASE_LOST");
    expect(await third.repository.save({ id: "a", name: "third" })).toMatchObject({ version: 2 });
  });

  test("refuse the next entity where one does not fit its schema, unless that is to be passed over", async () => {
    await store.write([
      {
        put: { type: "Task", id: "0", documentVersion: 1, body: { name: "x", tags: "none", status: "stopped" } },
        expect: "any",
      },
    ]);
    const options = { orderBy: [{ field: "id", direction: "asc" }] } as const;
    expect((await failureOf(claimsOf("one").claimNext(options))).code).toBe("INVALID_ENTITY");
    expect((await claimsOf("one").claimNext({ ...options, onInvalid: "skip" }))?.entity.id).toBe("a");
  });

  test("refuse a transaction under a lost lease, with what it wrote before", async () => {
    const slow = existing(await claimsOf("slow", { leaseMs: 1 }).claim("a"));
    await untilFree(claimsOf("watcher"), "a");
    await using _quick = existing(await claimsOf("quick").claim("a"));
    const work = slow.session.transaction(async (session) => {
      await repository(Task, session).create({ id: "new", name: "late" });
    });
    expect((await failureOf(work)).code).toBe("LEASE_LOST");
    expect(await tasks().get("new")).toBeUndefined();
  });

  test("let the owner go on after the lease's end while nobody else has taken it", async () => {
    const claim = existing(await claimsOf("slow", { leaseMs: 1 }).claim("a"));
    await untilFree(claimsOf("watcher"), "a");
    expect(await claim.repository.transition("a", "start_work")).toMatchObject({ status: "in_progress" });
    await claim.renew();
    expect(claim.lost.aborted).toBe(false);
  });

  test("carry the lease with writes of other entities in the same work", async () => {
    const claim = existing(await claimsOf("one").claim("a"));
    const notes = repository(Note, claim.session);
    await claim.session.transaction(async (session) => {
      await notes.in(session).create({ id: "n", text: "under way" });
      await claim.repository.in(session).transition("a", "start_work");
    });
    expect(await repository(Note, store).get("n")).toMatchObject({ text: "under way" });
    await claim.release();
    expect((await failureOf(notes.save({ id: "n", text: "late" }))).code).toBe("LEASE_LOST");
  });

  test("hand out the next free entity that matches, in the order asked, until none is left", async () => {
    await tasks().transition("b", "start_work");
    const workers = claimsOf("one");
    const options = { where: { status: "stopped" }, orderBy: [{ field: "id", direction: "desc" }] } as const;
    const ids = [];
    for (let claim = await workers.claimNext(options); claim; claim = await workers.claimNext(options)) {
      ids.push(claim.entity.id);
    }
    expect(ids).toEqual(["c", "a"]);
  });

  test("hand out each of 30 entities once to ten workers that ask at once", async () => {
    await tasks().saveMany(Array.from({ length: 27 }, (_, at) => ({ id: `t${at}`, name: "one of many" })));
    const work = async (worker: number): Promise<readonly string[]> => {
      const own = claimsOf(`worker ${worker}`);
      const ids: string[] = [];
      for (let claim = await own.claimNext(); claim; claim = await own.claimNext()) ids.push(claim.entity.id);
      return ids;
    };
    const ids = (await Promise.all(Array.from({ length: 10 }, (_, worker) => work(worker)))).flat();
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  test("find what a worker left behind, once its lease has ended", async () => {
    await claimsOf("crashed", { leaseMs: 1 }).claimNext({ where: { name: "b" } });
    await untilFree(claimsOf("watcher"), "b");
    await using claim = existing(await claimsOf("next").claimNext({ where: { name: "b" } }));
    expect(claim.entity.id).toBe("b");
  });

  test("are not taken over when they are renewed between the look and the grab", async () => {
    const claim = existing(await claimsOf("slow", { leaseMs: 1 }).claim("a"));
    await untilFree(claimsOf("watcher"), "a");
    let renewed = false;
    const changing = disturbed(store, async () => {
      renewed = true;
      await store.write([
        {
          put: { type: "EntityLeaseTerm", id: "Task/a", documentVersion: 1, body: { expires: 2 ** 52 } },
          expect: "present",
        },
      ]);
    });
    const view: ClaimsStore = {
      ...changing,
      now: async () => store.now(),
      get: async (type, ids) => (type === "EntityLeaseTerm" ? changing : store).get(type, ids),
    };
    expect(await claims(Task, view, { owner: "quick" }).claim("a")).toBeUndefined();
    expect(renewed).toBe(true);
    await claim.renew();
  });

  test("see an entity that changes while it is claimed as it is then", async () => {
    const changing = disturbed(store, () => tasks().transition("a", "start_work"));
    const view: ClaimsStore = { ...changing, now: async () => store.now() };
    await using claim = existing(await claims(Task, view, { owner: "one", autoRenew: false }).claim("a"));
    expect(claim.entity).toMatchObject({ status: "in_progress", version: 2 });
  });

  test("are renewed by themselves until they are released", async () => {
    const claim = existing(await claimsOf("one", { leaseMs: 30, autoRenew: true }).claim("a"));
    const term = async () => (await store.get("EntityLeaseTerm", ["Task/a"]))[0]?.version ?? 0;
    await expect.poll(term, { timeout: 60_000, interval: 5 }).toBeGreaterThan(2);
    expect(await claim.release()).toBe(true);
    expect(await claimsOf("watcher").holder("a")).toBeUndefined();
  });

  test("tell by their signal that a renewal found the lease lost", async () => {
    const claim = existing(await claimsOf("one", { leaseMs: 30, autoRenew: true }).claim("a"));
    const lost = new Promise<unknown>((resolve) => {
      claim.lost.addEventListener("abort", () => resolve(claim.lost.reason), { once: true });
    });
    await store.write([{ delete: { type: "EntityLease", id: "Task/a" }, expect: "present" }]);
    expect(HoldfastError.is(await lost, "LEASE_LOST")).toBe(true);
  });

  test("stand apart for each type and each tenant, and for ids of any length", async () => {
    const long = "x".repeat(500);
    await tasks().create({ id: long, name: "long" });
    await tasks().create({ id: `${long}y`, name: "longer" });
    await repository(Note, store).create({ id: "a", text: "no task" });
    const all = await Promise.all([
      claimsOf("one").claim(long),
      claimsOf("one").claim(`${long}y`),
      claimsOf("one").claim("a"),
      claims(Note, store, { owner: "two", autoRenew: false }).claim("a"),
    ]);
    expect(all.map((claim) => claim?.entity.id)).toEqual([long, `${long}y`, "a", "a"]);
    const elsewhere = store.tenant(`${store.tenantName}-other`);
    expect((await failureOf(claims(Task, elsewhere, { owner: "three" }).claim("a"))).code).toBe("NOT_FOUND");
  });

  test("refuse an id that is not there, an empty owner and a length out of range", async () => {
    expect((await failureOf(claimsOf("one").claim("none"))).code).toBe("NOT_FOUND");
    for (const options of [{ owner: "" }, { leaseMs: 0 }, { leaseMs: NaN }, { leaseMs: 86_400_001 }]) {
      expect(() => claimsOf("one", options)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    }
  });
});
