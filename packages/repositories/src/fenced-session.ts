import type { HoldfastError, StoreSession, WriteOp } from "@holdfast/core";

export interface Fence {
  /** A check that goes with every write. */
  readonly op: WriteOp;
  /** What a write is refused with where the check fails. */
  readonly lost: () => HoldfastError;
}

/** The same session, in which nothing is written any more once the fence has fallen: also inside its transactions. */
export function fencedSession(session: StoreSession, fence: Fence): StoreSession {
  return {
    get: async (type, ids) => session.get(type, ids),
    find: async (query) => session.find(query),
    count: async (type, where) => session.count(type, where),
    countBy: async (type, field, where) => session.countBy(type, field, where),
    tombstones: async (type, page) => session.tombstones(type, page),
    write: async (ops) => {
      if (ops.length === 0) return [];
      const results = await session.write([...ops, fence.op]);
      const checked = results.at(-1);
      if (checked?.ok === false && checked.why !== "batch") throw fence.lost();
      return results.slice(0, -1);
    },
    transaction: async (work, options) =>
      session.transaction(async (inner) => work(fencedSession(inner, fence)), options),
  };
}
