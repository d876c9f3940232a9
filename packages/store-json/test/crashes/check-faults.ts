import {
  diskChance,
  diskOf,
  expectedAt,
  orderedNames,
  powerCuts,
  SimulatedFs,
  systemError,
} from "@holdfast-tooling/simulated-fs";
import type { Expected, Fault, Faults } from "@holdfast-tooling/simulated-fs";
import { HoldfastError } from "@holdfast/core";
import { runScript } from "./run-script.ts";
import type { Script } from "./scripts.ts";
import { Session } from "./session.ts";

const changing = /^(?:create|write|sync|rename|link|makeFolder|truncate|remove)/;

/** What may go wrong with an operation, and with which. */
export const faultKinds: Readonly<Record<string, { readonly fault: Fault; readonly on: RegExp }>> = {
  EIO: { fault: systemError("EIO"), on: /./ },
  ENOSPC: { fault: systemError("ENOSPC"), on: changing },
  EINTR: { fault: systemError("EINTR"), on: /./ },
  "short write": { fault: { atMost: 90 }, on: /^write$/ },
  "short read": { fault: { atMost: 90 }, on: /^read$/ },
};

export interface PlannedFault {
  readonly kind: string;
  readonly at: number;
  readonly lasts: "once" | "for good";
}

/** What is wrong after a script in which an operation fails; undefined where nothing is, or where it never came to that. */
export async function faultProblem(script: Script, plan: PlannedFault): Promise<string | undefined> {
  let isOver = false;
  let hits = 0;
  const { fault, on } = faultKinds[plan.kind] ?? { fault: systemError("EIO"), on: /./ };
  const faults: Faults = (operation, at) => {
    const isDue = plan.lasts === "once" ? at === plan.at : at >= plan.at;
    if (isOver || !isDue || !on.test(operation)) return undefined;
    hits += 1;
    return fault;
  };
  const { session } = await runScript(script, { durability: "power-loss", rules: orderedNames, faults });
  isOver = true;
  if (hits === 0) return undefined;
  const [stranger] = [...session.strangers, ...session.fs.violations];
  if (stranger !== undefined) return `${stranger instanceof Error ? String(stranger.cause) : stranger}`;
  return (await writesOn(session)) ?? (await readBack(session, script));
}

/** Where there was only no room, there is no need to open the store again. */
async function writesOn(session: Session): Promise<string | undefined> {
  const before = session.failures.length;
  const wasFull = session.failures.every((error) => HoldfastError.is(error, "STORE_FULL"));
  await session.write({ later: "there is room again" });
  const [failed] = session.failures.slice(before);
  return wasFull && failed !== undefined ? `it does not go on once there is room: ${String(failed)}` : undefined;
}

async function readBack(session: Session, script: Script): Promise<string | undefined> {
  await session.settle();
  const expected = expectedAt(session.ledger, Number.POSITIVE_INFINITY);
  const { images } = powerCuts(session.fs.disk, 1, diskChance(1));
  await session.close();
  const after = expectedAt(session.ledger, Number.POSITIVE_INFINITY);
  const fresh = new SimulatedFs(session.fs.afterKill().disk.copy());
  const disks = images.map((image) => new SimulatedFs(diskOf(image, orderedNames)));
  return (await problemOf(fresh, after, script)) ?? (await firstProblem(disks, expected, script));
}

async function firstProblem(
  disks: readonly SimulatedFs[],
  expected: Expected,
  script: Script,
): Promise<string | undefined> {
  for (const fs of disks) {
    const problem = await problemOf(fs, expected, script);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function problemOf(
  fs: SimulatedFs,
  { acknowledged, possible }: Expected,
  { foldBytes }: Script,
): Promise<string | undefined> {
  const again = new Session(fs, { durability: "power-loss", foldBytes });
  await again.open();
  const state = await again.state();
  if (state === undefined) return `it does not open again: ${String(again.failures[0])}`;
  if (state.text === acknowledged || possible.has(state.text)) return undefined;
  if (acknowledged === undefined && state.isUnwritten) return undefined;
  return `it holds\n${state.text}\nand not\n${[acknowledged, ...possible].join("\n")}`;
}
