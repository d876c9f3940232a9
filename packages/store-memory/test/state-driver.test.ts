import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";
import { StateDriver } from "../src/index.ts";
import type { Followed } from "../src/index.ts";
import { driverOptions, groups, jobLayout, put, remove } from "./drivers.ts";
import { gate, medium, refused, saved, versionOf } from "./media.ts";

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

test('opened with access "read" it shows what another process saved since, and writes nothing', async () => {
  const later: Followed[] = [{ kind: "state", saved: saved(jobLayout, { a: {}, b: {} }) }, { kind: "nothing" }];
  const reading = medium({
    load: async () => saved(jobLayout, { a: {} }),
    follow: async () => later.shift() ?? { kind: "nothing" },
  });
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
