import { HoldfastError } from "@holdfast/core";
import type { Driver, Guarantees, JsonObject, Layout, RecordText } from "@holdfast/core";
import { expect, test } from "vitest";
import { StateDriver } from "../src/index.ts";
import type { Medium, SavedPiece, SavedState } from "../src/index.ts";
import { driverOptions, feedLimits, groups, jobLayout, put, remove } from "./drivers.ts";

const guarantees: Guarantees = {
  isolation: "serializable",
  writers: "process",
  durability: "power-loss",
  staleReads: false,
  hints: "store",
};

/** A medium whose steps a test decides, and which notes what it was asked. */
function medium(parts: Partial<Medium> = {}): Medium & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    identity: "test:1",
    guarantees,
    load: parts.load ?? (async () => undefined),
    ...(parts.reload === undefined ? {} : { reload: parts.reload }),
    commit: async (next, changes) => {
      asked.push(`commit ${changes.length}`);
      await parts.commit?.(next, changes);
    },
    close: async () => {
      asked.push("close");
    },
  };
}

function saved(
  layout: Layout,
  bodies: Readonly<Record<string, JsonObject>>,
  more: Partial<RecordText> = {},
): SavedState {
  const pieces = Object.entries(bodies).map(([id, body], at): SavedPiece => {
    const time = 1_000 + at;
    const text = JSON.stringify(body);
    const key = { type: "Job", tenant: "default", id };
    return {
      kind: "record",
      record: { ...key, version: 1, documentVersion: 1, created: time, updated: time, text, ...more },
      body,
    };
  });
  return { layout, highWater: 2_000_000_000_000_000, pieces: [pieces] };
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
}

async function versionOf(driver: Driver, id: string): Promise<number | undefined> {
  const [record] = await driver.get("default", "Job", [id]);
  return record?.version;
}

function codeOf(thrown: unknown): string {
  return HoldfastError.is(thrown) ? thrown.code : String(thrown);
}

async function refused(call: Promise<unknown>): Promise<string> {
  return call.then(() => "not refused", codeOf);
}

test("readers see a write when its commit has ended, and read on without waiting until then", async () => {
  const [reached, end] = [gate(), gate()];
  let commits = 0;
  const held = medium({
    commit: async () => {
      if (++commits === 1) return;
      reached.open();
      await end.opened;
    },
  });
  await using driver = new StateDriver(held);
  await driver.open(jobLayout, driverOptions());
  const writing = driver.apply(groups(put("Job", "a")));
  await reached.opened;
  expect(await versionOf(driver, "a")).toBeUndefined();
  expect(
    await driver.transaction("read", (reader) => reader.count("default", "Job", { kind: "constant", value: true })),
  ).toBe(0);
  end.open();
  await writing;
  expect(await versionOf(driver, "a")).toBe(1);
});

test("a commit that fails leaves the state as it was, and the next one goes on from there", async () => {
  let isBroken = false;
  const failing = medium({
    commit: async () => {
      if (isBroken) throw new HoldfastError("no room", { code: "STORE_FULL" });
    },
  });
  await using driver = new StateDriver(failing);
  await driver.open(jobLayout, driverOptions());
  await driver.apply(groups(put("Job", "a")));
  isBroken = true;
  expect(await refused(driver.apply(groups(put("Job", "a"), put("Job", "b"))))).toBe("STORE_FULL");
  const transaction = driver.transaction("write", async (writer) => writer.apply(groups(remove("Job", "a"))));
  expect(await refused(transaction)).toBe("STORE_FULL");
  expect([await versionOf(driver, "a"), await versionOf(driver, "b")]).toEqual([1, undefined]);
  isBroken = false;
  await driver.apply(groups(put("Job", "a")));
  expect(await versionOf(driver, "a")).toBe(2);
});

test("a round or a transaction that changes nothing is not saved", async () => {
  const noting = medium();
  await using driver = new StateDriver(noting);
  await driver.open(jobLayout, driverOptions());
  await driver.apply(groups(remove("Job", "nowhere"), put("Job", "a", {}, { expect: "present" })));
  await driver.transaction("write", async (writer) => writer.get("default", "Job", ["a"]));
  expect(await driver.prune(Number.MAX_SAFE_INTEGER)).toBe(0);
  expect(noting.asked).toEqual(["commit 0"]);
});

test("a transaction commits each key once, as the last of its writes left it", async () => {
  const noting = medium();
  await using driver = new StateDriver(noting);
  await driver.open(jobLayout, driverOptions());
  await driver.transaction("write", async (writer) => {
    for (let at = 0; at < 5; at++) await writer.apply(groups(put("Job", "a"), put("Job", `other-${at % 2}`)));
  });
  expect(noting.asked).toEqual(["commit 0", "commit 3"]);
  expect(await versionOf(driver, "a")).toBe(5);
});

test("one transaction writes at a time, and reads what it wrote itself", async () => {
  await using driver = new StateDriver(medium());
  await driver.open(jobLayout, driverOptions());
  const increments = Array.from({ length: 20 }, () =>
    driver.transaction("write", async (writer) => {
      const [record] = await writer.get("default", "Job", ["counter"]);
      await new Promise((resolve) => setImmediate(resolve));
      await writer.apply(groups(put("Job", "counter", {}, { expect: record?.version ?? "absent" })));
      const [own] = await writer.get("default", "Job", ["counter"]);
      return own?.version;
    }),
  );
  expect(await Promise.all(increments)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
});

test("a read transaction keeps its snapshot and cannot write", async () => {
  await using driver = new StateDriver(medium());
  await driver.open(jobLayout, driverOptions());
  await driver.apply(groups(put("Job", "a")));
  await driver.transaction("read", async (reader) => {
    await driver.apply(groups(put("Job", "a"), put("Job", "b")));
    const found = await reader.get("default", "Job", ["a", "b"]);
    expect(found.map((record) => record?.version)).toEqual([1, undefined]);
    expect(await refused(reader.apply(groups(put("Job", "c"))))).toBe("STORE_READ_ONLY");
  });
});

test("times rise strictly, above all that was saved, even under a clock that stands or falls back", async () => {
  const clock = medium({ load: async () => saved(jobLayout, { a: {} }) });
  await using driver = new StateDriver(clock);
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => 5_000, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "b"), put("Job", "c")));
  await driver.apply(groups(put("Job", "d")));
  const found = await driver.get("default", "Job", ["b", "c", "d"]);
  expect(found.map((record) => record?.created)).toEqual([1, 2, 3].map((more) => 2_000_000_000_000_000 + more));
});

test("a model with new fields and indexes finds its values in the old documents", async () => {
  const { missionId, ...known } = { missionId: null, name: "one", rank: 3, status: "running" };
  const older: Layout = { types: [] };
  const stored = saved(older, { a: { ...known, missionId, more: [1] }, b: { status: "running", rank: 1 } });
  await using driver = new StateDriver(medium({ load: async () => stored }));
  expect(await driver.open(jobLayout, driverOptions())).toEqual(jobLayout);
  const where = { kind: "test", field: "status", operator: "eq", operand: "running", negated: false } as const;
  const order = [
    { field: "rank", descending: false },
    { field: "id", descending: false },
  ];
  const rows = await driver.find("default", { type: "Job", where, order, limit: 10, omitBody: false });
  expect(rows.map(({ record, place }) => [record.id, record.text, place])).toEqual([
    ["b", '{"status":"running","rank":1}', [1, "b"]],
    ["a", '{"name":"one","rank":3,"status":"running","missionId":null,"more":[1]}', [3, "a"]],
  ]);
});

test("a model that the records do not bear is refused, with the records in the way, and nothing is saved", async () => {
  const older: Layout = { types: [] };
  const twins = medium({ load: async () => saved(older, { a: { name: "x" }, b: { name: "x" }, c: { name: "y" } }) });
  const unique = await new StateDriver(twins).open(jobLayout, driverOptions()).catch((thrown: unknown) => thrown);
  expect(unique).toMatchObject({
    code: "UNIQUE_VIOLATION",
    details: { count: 2, records: [{ id: "a" }, { id: "b" }] },
  });
  const orphans = medium({ load: async () => saved(older, { a: { missionId: "m" } }) });
  const enforced = await new StateDriver(orphans).open(jobLayout, driverOptions()).catch((thrown: unknown) => thrown);
  expect(enforced).toMatchObject({ code: "REFERENCE_VIOLATION", details: { records: [{ id: "a", to: "Mission" }] } });
  const misfit = medium({ load: async () => saved(older, { a: { rank: "high" } }) });
  expect(await refused(new StateDriver(misfit).open(jobLayout, driverOptions()))).toBe("INVALID_ENTITY");
  for (const each of [twins, orphans, misfit]) expect(each.asked).toEqual(["close"]);
});

test("a document of an older schema may hold something else in a field's place, until it is written again", async () => {
  const layout: Layout = { types: jobLayout.types.map((type) => ({ ...type, schemaVersion: 2 })) };
  const older = saved(jobLayout, { a: { rank: "high", status: "running" } });
  await using driver = new StateDriver(medium({ load: async () => older }));
  await driver.open(layout, driverOptions());
  const isRunning = { kind: "test", field: "status", operator: "eq", operand: "running", negated: false } as const;
  expect(await driver.countBy("default", "Job", "rank", isRunning)).toEqual(new Map([[null, 1]]));
});

test('layout "check" refuses a model that asks for more than is stored, and takes one that does not', async () => {
  const short: Layout = { types: jobLayout.types.slice(0, 1) };
  const lacking = new StateDriver(medium({ load: async () => saved(short, {}) }));
  expect(await refused(lacking.open(jobLayout, driverOptions({ layout: "check" })))).toBe("LAYOUT_OUTDATED");
  const noting = medium({ load: async () => saved(jobLayout, {}) });
  await using driver = new StateDriver(noting);
  expect(await driver.open(short, driverOptions({ layout: "check" }))).toEqual(jobLayout);
  expect(noting.asked).toEqual([]);
});

test("records that are loaded stand in the same orders as if they were written, however many and wherever they lay", async () => {
  const bodies = Array.from({ length: 9_000 }, (_, at) => ({
    status: `s${(at * 7) % 5}`,
    rank: (at * 13) % 11,
    name: `n${at}`,
  }));
  const shuffled = Object.fromEntries(bodies.map((body, at) => [`job-${(at * 3_001) % 9_000}`, body]));
  await using loaded = new StateDriver(medium({ load: async () => saved(jobLayout, shuffled) }));
  await loaded.open(jobLayout, driverOptions());
  await using written = new StateDriver(medium());
  await written.open(jobLayout, driverOptions());
  await written.apply(groups(...Object.entries(shuffled).map(([id, body]) => put("Job", id, body))));
  for (const driver of [loaded, written])
    await driver.apply(groups(put("Job", "job-later", { rank: 4 }), remove("Job", "job-7")));
  const where = { kind: "constant", value: true } as const;
  for (const field of ["createdAt", "id", "name", "rank", "status"]) {
    const order = (field === "id" ? ["id"] : [field, "id"]).map((each) => ({ field: each, descending: false }));
    const query = { type: "Job", where, order, limit: 10_000, omitBody: true };
    const ids = async (driver: Driver) => (await driver.find("default", query)).map(({ record }) => record.id);
    expect(await ids(loaded)).toEqual(await ids(written));
  }
  expect(await loaded.stats()).toEqual(await written.stats());
  expect(await loaded.check()).toEqual([]);
});

test("one key twice in what was saved is STORE_CORRUPT, with the key", async () => {
  const { pieces, ...rest } = saved(jobLayout, { a: {} });
  const [once = []] = [...(Symbol.iterator in pieces ? pieces : [])];
  const driver = new StateDriver(medium({ load: async () => ({ ...rest, pieces: [once, once] }) }));
  const thrown: unknown = await driver.open(jobLayout, driverOptions()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "STORE_CORRUPT", details: { place: "test:1", type: "Job", id: "a" } });
});

test('opened with access "read" it shows what another process saved since, and writes nothing', async () => {
  const later = [saved(jobLayout, { a: {}, b: {} }), undefined];
  const reading = medium({ load: async () => saved(jobLayout, { a: {} }), reload: async () => later.shift() });
  await using driver = new StateDriver(reading);
  await driver.open({ types: [] }, driverOptions({ access: "read" }));
  expect((await driver.get("default", "Job", ["a", "b"])).filter(Boolean)).toHaveLength(2);
  expect((await driver.get("default", "Job", ["a", "b"])).filter(Boolean)).toHaveLength(2);
  for (const call of [
    driver.apply(groups(put("Job", "c"))),
    driver.transaction("write", async () => 1),
    driver.prune(1),
  ]) {
    expect(await refused(call)).toBe("STORE_READ_ONLY");
  }
  expect(reading.asked).toEqual([]);
});

test("prune forgets tombstones of deletes before a time, and their versions with them", async () => {
  const noting = medium();
  await using driver = new StateDriver(noting);
  let micros = 100;
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => micros, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "a"), put("Job", "b"), remove("Job", "a")));
  micros = 1_000;
  await driver.apply(groups(remove("Job", "b")));
  expect(await driver.prune(1_000)).toBe(1);
  expect(await driver.stats()).toEqual([{ tenant: "default", type: "Job", records: 0, tombstones: 1 }]);
  await driver.apply(groups(put("Job", "a"), put("Job", "b")));
  expect([await versionOf(driver, "a"), await versionOf(driver, "b")]).toEqual([1, 3]);
});

test("a place in the feed from before a tombstone that was let go has expired; one behind it goes on", async () => {
  await using driver = new StateDriver(medium());
  let micros = 100;
  await driver.open(jobLayout, driverOptions({ stamps: { now: () => micros, newId: () => "id" } }));
  await driver.apply(groups(put("Job", "a"), put("Job", "b")));
  const before = await driver.changes("default", undefined, feedLimits);
  await driver.apply(groups(remove("Job", "a")));
  const behind = await driver.changes("default", before.next, feedLimits);
  expect(behind.changes).toMatchObject([{ kind: "delete", tombstone: { id: "a", version: 2 } }]);
  micros = 1_000;
  await driver.apply(groups(remove("Job", "b")));
  expect(await driver.prune(1_000)).toBe(1);
  expect(await refused(driver.changes("default", before.next, feedLimits))).toBe("FEED_EXPIRED");
  const rest = await driver.changes("default", behind.next, feedLimits);
  expect(rest).toMatchObject({ changes: [{ tombstone: { id: "b" } }], caughtUp: true });
  const [first, second] = [
    await driver.changes("default", undefined, feedLimits),
    await driver.changes("other", undefined, feedLimits),
  ];
  expect([first.changes.length, second.changes.length]).toEqual([1, 0]);
});

test("what was saved before there was a feed is changed in the order of its times, and gets a feed at once", async () => {
  const times: Readonly<Record<string, number>> = { a: 30, b: 10, c: 20 };
  const { pieces, ...rest } = saved(jobLayout, { a: {}, b: {}, c: {} });
  const [all = []] = [...(Symbol.iterator in pieces ? pieces : [])];
  const dated = all.map((piece) => {
    if (piece.kind === "tombstone") return piece;
    return { ...piece, record: { ...piece.record, updated: times[piece.record.id] ?? 0 } };
  });
  const noting = medium({ load: async () => ({ ...rest, pieces: [dated] }) });
  await using driver = new StateDriver(noting);
  await driver.open(jobLayout, driverOptions());
  expect(noting.asked).toEqual(["commit 0"]);
  const { changes } = await driver.changes("default", undefined, feedLimits);
  expect(changes.map((each) => each.kind === "put" && each.record.id)).toEqual(["b", "c", "a"]);
});

test("check tells of documents that are damaged and of references that lead nowhere", async () => {
  const loose: Layout = {
    types: jobLayout.types.map((type) => ({ ...type, references: [{ field: "missionId", to: "Mission" }] })),
  };
  const layout: Layout = { types: loose.types.filter(({ type }) => type === "Job") };
  const stored = saved(layout, { a: { missionId: "nowhere" } });
  await using driver = new StateDriver(medium({ load: async () => stored }));
  await driver.open(layout, driverOptions());
  await driver.apply([
    [
      { ...put("Job", "b"), text: "{" },
      { ...put("Job", "c"), text: '{"rank":9}' },
    ].map((op) => op),
  ]);
  const problems = await driver.check();
  expect(problems.map(({ kind, id }) => [kind, id])).toEqual([
    ["orphan", "a"],
    ["integrity", "b"],
    ["integrity", "c"],
  ]);
});

test("closing waits for what was accepted, closes the medium once, and ends all calls", async () => {
  const noting = medium();
  const driver = new StateDriver(noting);
  await driver.open(jobLayout, driverOptions());
  const writing = driver.apply(groups(put("Job", "a")));
  await Promise.all([driver[Symbol.asyncDispose](), driver[Symbol.asyncDispose]()]);
  expect(await writing).toMatchObject([[{ ok: true }]]);
  expect(noting.asked).toEqual(["commit 0", "commit 1", "close"]);
  expect(await refused(driver.get("default", "Job", ["a"]))).toBe("STORE_CLOSED");
  expect(await refused(driver.apply(groups(put("Job", "a"))))).toBe("STORE_CLOSED");
});
