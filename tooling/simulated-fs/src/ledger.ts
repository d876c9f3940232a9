/**
 * What callers were told of the states that they asked for, and when, counted in operations of the disk. From it follows
 * which states a crash at a given operation may leave.
 */
export interface LedgerEntry {
  /** How many operations were done by then. */
  readonly at: number;
  /**
   * `begun`: on its way. `acknowledged`: done, or read by somebody who may have told others. `undone`: certainly not
   * done. `unknown`: nobody can say.
   */
  readonly kind: "begun" | "acknowledged" | "undone" | "unknown";
  readonly state: string;
}

export interface Expected {
  /** What holds, unless one of the others came to be. Undefined where nothing was acknowledged yet. */
  readonly acknowledged: string | undefined;
  /** What was on its way, or is unknown. */
  readonly possible: ReadonlySet<string>;
  /** All that was acknowledged, in its order. */
  readonly former: readonly string[];
}

export const nothingExpected: Expected = { acknowledged: undefined, possible: new Set(), former: [] };

/** What may be there once so many operations were done. What was there before is given by `start`. */
export function expectedAt(entries: readonly LedgerEntry[], at: number, start: Expected = nothingExpected): Expected {
  let { acknowledged, former } = start;
  const possible = new Set(start.possible);
  for (const entry of entries) {
    if (entry.at > at) break;
    if (entry.kind === "begun") possible.add(entry.state);
    if (entry.kind === "undone") possible.delete(entry.state);
    if (entry.kind !== "acknowledged") continue;
    acknowledged = entry.state;
    former = [...former, entry.state];
    possible.clear();
  }
  return { acknowledged, possible, former };
}
