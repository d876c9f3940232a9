import type { DriverGroup, GroupResult } from "./driver.ts";

/** What becomes of a write on which others are built before it is committed. */
export interface Footing {
  state: "open" | "done" | "failed";
}

export interface Chain {
  /** What this write is built on, queued before it: unless that is done, this one is refused. */
  readonly on?: Footing | undefined;
  /** What becomes of this one. */
  readonly own: Footing;
}

interface Chained {
  readonly group: DriverGroup;
  readonly waiting: { readonly chain?: Chain | undefined };
}

/** The groups of one round, each of which names the one that it is built on where that stands in the same round. */
export function chainedGroups(round: readonly Chained[]): readonly DriverGroup[] {
  if (round.every(({ waiting }) => waiting.chain === undefined)) return round.map(({ group }) => group);
  const byFooting = new Map<Footing, DriverGroup>();
  return round.map(({ group, waiting: { chain } }) => {
    if (chain === undefined) return group;
    const after = chain.on === undefined ? undefined : byFooting.get(chain.on);
    const own = after === undefined ? group : group.map((op) => (op.kind === "put" ? { ...op, after } : op));
    byFooting.set(chain.own, own);
    return own;
  });
}

/** What a group is answered whose footing has failed: its first op is refused, as if another version were stored. */
export function withoutFooting(group: DriverGroup): GroupResult {
  return group.map((_op, at) => ({ ok: false, why: at === 0 ? "version" : "batch" }));
}

export function stateOf(result: GroupResult): Footing["state"] {
  return result.every(({ ok }) => ok) ? "done" : "failed";
}
