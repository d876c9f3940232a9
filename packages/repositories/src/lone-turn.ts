import { changeOps } from "@holdfast/core";
import type { RecordKey, RecordTurn, StoredRecord, StoreSession } from "@holdfast/core";
import { refusedOp } from "./refusals.ts";
import { pauseAfter } from "./retry-conflicts.ts";

/** A turn in a session that has none to give, such as an open transaction: nobody goes on from it, and it from nobody. */
export function loneTurn(session: StoreSession, { type, id }: RecordKey): RecordTurn {
  let found: StoredRecord | undefined;
  let refusals = 0;
  return {
    read: async () => {
      if (refusals > 0) await pauseAfter(refusals);
      [found] = await session.get(type, [id]);
      return found;
    },
    isCertain: async () => Promise.resolve(true),
    write: async (change) => {
      if (found === undefined) return undefined;
      const results = await session.write(changeOps(found, change));
      if (refusedOp(results) !== undefined) refusals += 1;
      return results;
    },
    [Symbol.dispose]: () => undefined,
  };
}
