import { Disk, SimulatedFs } from "@holdfast-tooling/simulated-fs";
import type { Faults, LedgerEntry, PowerCutRules, Trace } from "@holdfast-tooling/simulated-fs";
import type { Durability } from "@holdfast/core";
import type { Script } from "./scripts.ts";
import { Session } from "./session.ts";

export interface RunOptions {
  readonly durability: Durability;
  readonly rules: PowerCutRules;
  readonly faults?: Faults;
  /** Another file system than the one that does what it is told. */
  readonly fsOn?: (disk: Disk) => SimulatedFs;
}

export interface ScriptRun {
  readonly session: Session;
  readonly trace: Trace;
  readonly ledger: readonly LedgerEntry[];
}

/** Runs a script once, from an empty disk. */
export async function runScript(script: Script, options: RunOptions): Promise<ScriptRun> {
  const { durability, rules, faults, fsOn = (disk) => new SimulatedFs(disk) } = options;
  const start = Disk.empty(rules);
  const fs = fsOn(start.copy());
  if (faults !== undefined) fs.fails = faults;
  const session = new Session(fs, { durability, foldBytes: script.foldBytes });
  await script.run(session);
  return { session, trace: { start, operations: fs.operations }, ledger: session.ledger };
}
