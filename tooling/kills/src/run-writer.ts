/**
 * Runs the writing program once, as a process of its own, until it is killed or done. It is killed by SIGKILL, by us at a
 * time or by the shim at a system call; what it printed before is read to its end. One that hangs is killed too, and that
 * is an error.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

import { faultEnvironment } from "./fault.ts";
import type { Fault } from "./fault.ts";
import type { Tools } from "./tools.ts";
import { countAcknowledged, readTold } from "./work-lines.ts";
import type { Told, Work } from "./work-lines.ts";

/** When a process is killed. */
export type Kill =
  | { readonly by: "nobody" }
  /** So many milliseconds after it printed its first line of that kind. */
  | { readonly by: "time"; readonly after: "began" | "did"; readonly ms: number }
  /** By the shim, whose library is given. */
  | { readonly by: "call"; readonly shim: string; readonly fault: Fault };

export interface Run {
  readonly ended: "killed" | "closed";
  /** For each of its stores. */
  readonly told: readonly Told[];
  readonly acknowledgements: number;
}

/** No run takes this long, whatever the machine does besides. */
const hangMs = 120_000;

export async function runWriter(tools: Tools, work: Work, kill: Kill): Promise<Run> {
  const environment = kill.by === "call" ? faultEnvironment(kill.shim, kill.fault) : {};
  const child = spawn(process.execPath, [tools.program("write"), JSON.stringify(work)], {
    env: { ...process.env, ...tools.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, errors] = ["", ""];
  let killing: NodeJS.Timeout | undefined;
  let hung = false;
  const watchdog = setTimeout(() => (hung = child.kill("SIGKILL")), hangMs);
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (kill.by !== "time" || killing !== undefined || !new RegExp(`^${kill.after}\\b`, "m").test(printed)) return;
    killing = setTimeout(() => child.kill("SIGKILL"), kill.ms);
  });
  await once(child, "close");
  clearTimeout(watchdog);
  clearTimeout(killing);
  if (hung) throw new Error(`the writer hung; it printed ${printed.slice(-500)}`);
  const isKilled = child.signalCode === "SIGKILL";
  if (!isKilled && (child.exitCode !== 0 || errors !== ""))
    throw new Error(`the writer failed: ${errors.slice(0, 3_000)}`);
  return {
    ended: isKilled ? "killed" : "closed",
    told: readTold(printed, work),
    acknowledgements: countAcknowledged(printed),
  };
}
