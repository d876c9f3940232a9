import type { KillPoint, MoveCalls } from "./run-move.ts";

/** Points of a move from its first call to its last: at most so many, as evenly spread as they can be. */
export function killPoints({ system, stores }: MoveCalls, most: number): readonly KillPoint[] {
  const ofSystem: readonly KillPoint[] = system.flatMap((op, place) => {
    const kinds = op === "write" ? (["kill-before", "torn"] as const) : (["kill-before"] as const);
    return kinds.map((kind) => ({ of: "system" as const, at: place + 1, kind }));
  });
  const ofStores: readonly KillPoint[] = Array.from({ length: stores }, (_, place) => ({
    of: "stores",
    at: place + 1,
  }));
  const some = Math.max(Math.ceil(most / 2), most - ofStores.length);
  const first = spread(ofSystem, some);
  return [...first, ...spread(ofStores, most - first.length)];
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]).filter(
    (each) => each !== undefined,
  );
}
