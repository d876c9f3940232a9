import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

import type { Store, StoredRecord, StoreSession } from "@holdfast/core";

import type { Behaviour, TenantSession } from "./behaviour.ts";
import type { TestRunner } from "./runner.ts";
import type { StoreTarget } from "./store-target.ts";
import { suiteLayout } from "./suite-layout.ts";
import { themes } from "./themes.ts";
import { withSharedStore } from "./with-shared-store.ts";

/** For the behaviour's calls and the reads that follow, however slow the backend. */
const timeoutMs = 120_000;

/**
 * Registers the behaviours of the contract once more that a transaction keeps as a store does. Each runs inside a
 * transaction of its own, which then commits; afterwards the store must hold what was stored when it ended. A
 * transaction that cannot be serialized runs again, as anybody's does, and finds nothing of its first run.
 */
export function describeTransaction(runner: TestRunner, target: Pick<StoreTarget, "name" | "open">): void {
  runner.describe(`the store contract, kept inside transactions of ${target.name}`, () => {
    for (const { name, behaviours } of themes) {
      const inside = behaviours.filter((each) => each.runInside !== undefined);
      if (inside.length > 0) runner.describe(name, () => describeTheme(runner, target, inside));
    }
  });
}

function describeTheme(runner: TestRunner, target: Pick<StoreTarget, "open">, behaviours: readonly Behaviour[]): void {
  const open = (): Promise<Store> => target.open({ model: { layout: suiteLayout } });
  withSharedStore(runner, open, (shared) => {
    for (const [at, behaviour] of behaviours.entries())
      runner.test(behaviour.name, async () => runInside((await shared()).tenant(`tenant-${at}`), behaviour));
  });
}

async function runInside(store: Store, behaviour: Behaviour): Promise<void> {
  const atTheEnd = await store.transaction(
    async (session) => {
      const written = new Set<string>();
      await behaviour.runInside?.({ store: noting(session, store.tenantName, written) });
      return holdings(session, [...written].sort());
    },
    { timeoutMs },
  );
  const afterwards = await holdings(store.within({ timeoutMs }), [...atTheEnd.keys()]);
  for (const [type, holding] of atTheEnd) {
    // Only the answer is given to the assertion: showing the difference of two large documents takes minutes.
    const isSame = isDeepStrictEqual(afterwards.get(type), holding);
    assert.ok(isSame, `${type} after the commit is not what it was before`);
  }
}

/** The session under the name of its tenant; the types that are written through it are noted, savepoints included. */
function noting(session: StoreSession, tenantName: string, written: Set<string>): TenantSession {
  return {
    tenantName,
    get: (type, ids) => session.get(type, ids),
    find: (query) => session.find(query),
    count: (type, where) => session.count(type, where),
    countBy: (type, field, where) => session.countBy(type, field, where),
    tombstones: (type, page) => session.tombstones(type, page),
    write: async (ops) => {
      const results = await session.write(ops);
      for (const result of results) if (result.record !== undefined) written.add(result.record.type);
      return results;
    },
    transaction: (work, options) => session.transaction((inner) => work(noting(inner, tenantName, written)), options),
  };
}

interface Holding {
  readonly count: number;
  readonly first: readonly StoredRecord[];
}

/** How many records of each type there are, and the first page of them. */
async function holdings(session: StoreSession, types: readonly string[]): Promise<ReadonlyMap<string, Holding>> {
  const found = new Map<string, Holding>();
  for (const type of types) {
    const { records } = await session.find({ type });
    found.set(type, { count: await session.count(type), first: records });
  }
  return found;
}
