import type { Store } from "@holdfast/core";

/** What a call of a program that was killed ends with. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Where a program is killed: at which of its calls to the store, counted from 1, and on which side of it. */
export interface KillPoint {
  readonly call: number;
  readonly side: "before" | "after";
}

/** How many calls were made. */
export interface Calls {
  made: number;
}

const watched: ReadonlySet<unknown> = new Set([
  "get",
  "find",
  "contents",
  "write",
  "stats",
  "now",
  "releaseHold",
  "transaction",
]);

/**
 * The store as a program sees it that is killed at one of its calls: from then on nothing of what it does reaches the store.
 * The views of tenants count along.
 */
export function dyingStore(store: Store, { call, side }: KillPoint, calls: Calls): Store {
  const guard = async (work: () => Promise<unknown>): Promise<unknown> => {
    calls.made += 1;
    if (calls.made > call || (calls.made === call && side === "before")) throw new Killed();
    const result = await work();
    if (calls.made >= call) throw new Killed();
    return result;
  };
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const run = (given: readonly unknown[]): unknown => Reflect.apply(member, target, given) as unknown;
      if (name === "tenant" || name === "within") {
        return (...given: unknown[]) => dyingStore(run(given) as Store, { call, side }, calls);
      }
      if (watched.has(name)) return (...given: unknown[]) => guard(async () => await run(given));
      return (...given: unknown[]) => run(given);
    },
  });
}
