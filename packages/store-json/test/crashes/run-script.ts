import { Disk, SimulatedFs } from "@holdfast-tooling/simulated-fs";
import type { Faults, LedgerEntry, PowerCutRules, Trace } from "@holdfast-tooling/simulated-fs";
import type { Durability } from "@holdfast/core";
import type { Script } from "./scripts.ts";
import { Session } from "./session.ts";

export interface RunOptions {
  readonly durability: Durability;
  readonly rules: PowerCutRules;
  readonly faults?: Faults;
  /** Puts something between the store and its files. */
  readonly wrap?: (fs: SimulatedFs) => SimulatedFs;
}

export interface ScriptRun {
  readonly session: Session;
  readonly trace: Trace;
  readonly ledger: readonly LedgerEntry[];
}

/** Runs a script once, from an empty disk. */
export async function runScript(script: Script, { durability, rules, faults }: RunOptions): Promise<ScriptRun> {
  const start = Disk.empty(rules);
  const fs = new SimulatedFs(start.copy());
  if (faults !== undefined) fs.fails = faults;
  const session = new Session(fs, { durability, foldBytes: script.foldBytes });
  await script.run(session);
  return { session, trace: { start, operations: fs.operations }, ledger: session.ledger };
}
