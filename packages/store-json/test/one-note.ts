import type { Driver } from "@holdfast/core";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { notes, openOn, path } from "./open-driver.ts";

export const first = { a: '{"text":"one"}' };
export const second = { a: '{"text":"one"}', b: '{"text":"two"}' };
export const journal = `${path}.journal.0`;

/** A store with one round in its journal, and what is logged from then on. */
export async function withOneNote(
  more: Parameters<typeof openOn>[1] = {},
): Promise<{ fs: SimulatedFs; driver: Driver }> {
  const fs = new SimulatedFs();
  const driver = await openOn(fs, more);
  await driver.apply(notes({ a: "one" }));
  fs.log.length = 0;
  return { fs, driver };
}

/** The files as a kill leaves them at this moment. */
export function killed(fs: SimulatedFs): SimulatedFs {
  return fs.killed();
}
