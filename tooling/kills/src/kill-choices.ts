import type { Chance } from "@holdfast-tooling/chance";
import type { Fault, FaultKind } from "./fault.ts";
import type { Scheme } from "./run-chain.ts";
import type { Kill } from "./run-writer.ts";

const killing: readonly FaultKind[] = ["kill-before", "kill-after", "torn", "torn-line"];

/** How processes of a chain are killed. */
export interface KillPlace {
  /** The shim's library. */
  readonly shim: string;
  /** The folder of all the chain's stores. */
  readonly home: string;
}

/** At a chance moment, or at a chance system call, while stores are opened or written. */
export function anyKill(chance: Chance, place: KillPlace): Kill {
  const lot = chance.below(10);
  if (lot === 0) return { by: "time", after: "began", ms: chance.below(30) };
  if (lot < 4) return { by: "time", after: "did", ms: chance.below(40) };
  return callKill(chance, place, lot < 6 ? 1 + chance.below(40) : 20 + chance.below(180));
}

/** At the call with this number, of all that the stores' files and folders see. */
export function callKill(chance: Chance, { shim, home }: KillPlace, at: number): Kill {
  return { by: "call", shim, fault: { paths: `${home}*`, at, kind: anyKind(chance) } };
}

/** At a call that is made when a store's log is folded into its file. */
export function foldKill(scheme: Scheme, chance: Chance, { shim, home }: KillPlace): Kill {
  const calls = foldCalls[scheme];
  const { path, atMost = 1, ...rest } = calls[chance.below(calls.length)] ?? { path: "*" };
  const fault = { ...rest, paths: `${home}${path}`, at: 1 + chance.below(atMost), kind: anyKind(chance) };
  return { by: "call", shim, fault };
}

function anyKind(chance: Chance): FaultKind {
  return killing[chance.below(killing.length)] ?? "torn";
}

type FoldCall = Pick<Fault, "ops"> & { readonly path: string; readonly atMost?: number };

const foldCalls: Readonly<Record<Scheme, readonly FoldCall[]>> = {
  json: [
    { path: "*.tmp", atMost: 6 },
    { path: "*/data*", ops: ["link", "rename"], atMost: 5 },
    { path: "/?", ops: ["sync"], atMost: 5 },
    { path: "*.journal.*", ops: ["create", "unlink"], atMost: 3 },
    { path: "*.journal.*", ops: ["write"], atMost: 40 },
  ],
  sqlite: [
    { path: "*/data", ops: ["write"], atMost: 24 },
    { path: "*/data", ops: ["sync", "truncate"], atMost: 2 },
    { path: "*/data-*", ops: ["unlink"], atMost: 2 },
  ],
};
