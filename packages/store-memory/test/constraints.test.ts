import { HoldfastError } from "@holdfast/core";
import type { Driver, DriverGroup, Layout } from "@holdfast/core";
import { expect, test } from "vitest";
import { backend } from "../src/index.ts";
import { driverOptions, groups, jobLayout, put, remove } from "./drivers.ts";

async function opened(layout: Layout = jobLayout): Promise<Driver> {
  const driver = backend.driver("memory:");
  await driver.open(layout, driverOptions());
  return driver;
}

async function refusal(call: Promise<unknown>): Promise<HoldfastError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (HoldfastError.is(thrown)) return thrown;
  throw new Error("a HoldfastError was expected", { cause: thrown });
}

async function ids(driver: Driver, type: string): Promise<readonly string[]> {
  const order = [{ field: "id", descending: false }];
  const where = { kind: "constant", value: true } as const;
  const rows = await driver.find("default", { type, where, order, limit: 100, omitBody: true });
  return rows.map(({ record }) => record.id);
}

test("a round that breaks a unique index changes nothing, those of its groups included that were fine", async () => {
  await using driver = await opened();
  await driver.apply(groups(put("Job", "a", { name: "one" })));
  const round = groups(put("Job", "b", { name: "two" }), put("Job", "c", { name: "one" }));
  const error = await refusal(driver.apply(round));
  expect(error.code).toBe("UNIQUE_VIOLATION");
  expect(error.details).toEqual({ tenant: "default", type: "Job", id: "c", fields: ["name"], other: "a" });
  expect(await ids(driver, "Job")).toEqual(["a"]);
});

test("a unique index counts what a round leaves, so two records may swap their values", async () => {
  await using driver = await opened();
  await driver.apply(groups(put("Job", "a", { name: "one" }), put("Job", "b", { name: "two" })));
  const swap: readonly DriverGroup[] = [[put("Job", "a", { name: "two" }), put("Job", "b", { name: "one" })]];
  expect(await driver.apply(swap)).toMatchObject([[{ ok: true }, { ok: true }]]);
});

test("nulls are distinct, and so are tenants", async () => {
  await using driver = await opened();
  const round = groups(
    put("Job", "a", { name: null }),
    put("Job", "b", { name: null }),
    put("Job", "c", { name: "one" }),
    put("Job", "c", { name: "one" }, { tenant: "other" }),
  );
  expect(await driver.apply(round)).toMatchObject(round.map(() => [{ ok: true }]));
});

test("a child without its parent is refused, and is not when the same round brings the parent", async () => {
  await using driver = await opened();
  const error = await refusal(driver.apply(groups(put("Job", "a", { missionId: "m" }))));
  expect(error.code).toBe("REFERENCE_VIOLATION");
  expect(error.details).toEqual({ tenant: "default", type: "Job", id: "a", field: "missionId", to: "Mission" });
  expect(await ids(driver, "Job")).toEqual([]);
  await driver.apply(groups(put("Job", "a", { missionId: "m" }), put("Mission", "m")));
  expect(await ids(driver, "Job")).toEqual(["a"]);
});

test("a parent of another tenant is no parent", async () => {
  await using driver = await opened();
  await driver.apply(groups(put("Mission", "m", {}, { tenant: "other" })));
  expect((await refusal(driver.apply(groups(put("Job", "a", { missionId: "m" }))))).code).toBe("REFERENCE_VIOLATION");
});

test("a parent with children is not deleted, and is when they go in the same round", async () => {
  await using driver = await opened();
  await driver.apply(groups(put("Mission", "m"), put("Job", "a", { missionId: "m" })));
  expect((await refusal(driver.apply(groups(remove("Mission", "m"))))).code).toBe("REFERENCE_VIOLATION");
  expect(await ids(driver, "Mission")).toEqual(["m"]);
  await driver.apply([[remove("Mission", "m"), put("Job", "a", { missionId: null })]]);
  expect(await ids(driver, "Mission")).toEqual([]);
});

test("inside a transaction a reference may be broken until the commit", async () => {
  await using driver = await opened();
  await driver.transaction("write", async (writer) => {
    await writer.apply(groups(put("Job", "a", { missionId: "m" })));
    await writer.apply(groups(put("Mission", "m")));
  });
  expect(await ids(driver, "Job")).toEqual(["a"]);
  const broken = driver.transaction("write", async (writer) => {
    await writer.apply(groups(remove("Mission", "m")));
    return "not reached the store";
  });
  expect((await refusal(broken)).code).toBe("REFERENCE_VIOLATION");
  expect(await ids(driver, "Mission")).toEqual(["m"]);
});

test("what a savepoint undid is not held against the commit", async () => {
  await using driver = await opened();
  await driver.transaction("write", async (writer) => {
    await writer.apply(groups(put("Job", "kept")));
    const undone = writer.savepoint(async (inner) => {
      await inner.apply(groups(put("Job", "lost", { missionId: "nowhere" })));
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
  });
  expect(await ids(driver, "Job")).toEqual(["kept"]);
});
