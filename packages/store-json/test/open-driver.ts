import type { Driver, DriverGroup, DriverOptions, Layout } from "@holdfast/core";
import { HoldfastError } from "@holdfast/core";
import { StateDriver } from "@holdfast/store-memory";
import type { Clock } from "../src/clock.ts";
import type { DurableFs } from "../src/durable-fs.ts";
import { JsonMedium } from "../src/json-medium.ts";
import { systemParts } from "../src/system-parts.ts";

export const path = "/data/entities.json";

export const feedLimits = { changes: 10, bytes: 1_000_000 };

let micros = 1_700_000_000_000_000;

export function options(more: Partial<DriverOptions> = {}): DriverOptions {
  return {
    stamps: { now: () => ++micros, newId: () => "id" },
    durability: "power-loss",
    layout: "upgrade",
    access: "write",
    lockTimeoutMs: 0,
    busyTimeoutMs: 0,
    logger: { warn: () => undefined },
    ...more,
  };
}

/** Zeros that journals have ahead, so few that tests come to the end of them. In bytes. */
export const aheadBytes = 700;

/** A driver on a file system of the test's own, under a lock that nobody contests; not open yet. */
export function driverOn(fs: DurableFs, foldBytes?: number, clock: Clock = systemParts.clock): Driver {
  const lockFile = async () => ({ release: async () => undefined });
  const parts = { ...systemParts, fs, lockFile, clock, aheadBytes, ...(foldBytes === undefined ? {} : { foldBytes }) };
  return new StateDriver(new JsonMedium(path, parts));
}

export async function openOn(
  fs: DurableFs,
  more: Partial<DriverOptions> = {},
  layout: Layout = { types: [] },
): Promise<Driver> {
  const driver = driverOn(fs);
  await driver.open(layout, options(more));
  return driver;
}

/** One group that puts these notes. */
export function notes(bodies: Readonly<Record<string, string>>): readonly DriverGroup[] {
  return [
    Object.entries(bodies).map(([id, text]) => ({
      kind: "put",
      tenant: "default",
      type: "Note",
      id,
      documentVersion: 1,
      text: JSON.stringify({ text }),
      fields: new Map(),
      expect: "any",
    })),
  ];
}

/** The texts of all notes, by id. */
export async function textsOf(driver: Driver): Promise<Readonly<Record<string, unknown>>> {
  const order = [{ field: "id", descending: false }];
  const where = { kind: "constant", value: true } as const;
  const rows = await driver.find("default", { type: "Note", where, order, limit: 10_000, omitBody: false });
  return Object.fromEntries(rows.map(({ record }) => [record.id, record.text]));
}

export async function errorOf(call: Promise<unknown>): Promise<HoldfastError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (HoldfastError.is(thrown)) return thrown;
  throw new Error("a HoldfastError was expected", { cause: thrown });
}
