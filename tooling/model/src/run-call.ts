/** Makes one call on a store, and sees that its answer is the one that the reference gives. */
import assert from "node:assert/strict";

import type { Change, Store } from "@holdfast/core";

import type { Call } from "./call.ts";
import { keyOf } from "./reference.ts";
import type { Reference } from "./reference.ts";
import { runSessionCall } from "./run-session-call.ts";
import type { Real, Tenant } from "./world.ts";

export async function runCall(real: Real, tenant: Tenant, call: Call): Promise<void> {
  const view = real.store.tenant(tenant.name);
  switch (call.call) {
    case "stats":
      return agreeOnStats(view, tenant.reference);
    case "check": {
      const { problems } = await view.check();
      // How a server is set up is not a matter of the data.
      return assert.deepEqual(
        problems.filter(({ kind }) => kind !== "settings"),
        [],
      );
    }
    case "follow":
      return follow(view, tenant);
    case "reset":
      tenant.reference.reset();
      return view.reset();
    case "reopen":
      if (real.reopen !== undefined) real.store = await real.reopen(real.store);
      return;
    default:
      return runSessionCall(view, tenant, call);
  }
}

async function agreeOnStats(view: Store, reference: Reference): Promise<void> {
  const counts = new Map<string, [records: number, tombstones: number]>();
  for (const { type, live } of reference.entries.values()) {
    const [records, tombstones] = counts.get(type) ?? [0, 0];
    counts.set(type, live ? [records + 1, tombstones] : [records, tombstones + 1]);
  }
  const stats = await view.stats();
  const stored = stats.types.filter(({ records, tombstones }) => records + tombstones > 0);
  assert.deepEqual(new Map(stored.map(({ type, records, tombstones }) => [type, [records, tombstones]])), counts);
  const tenants: string[] = [];
  for await (const name of view.tenants()) tenants.push(name);
  assert.equal(
    tenants.includes(view.tenantName),
    [...counts.values()].some(([records]) => records > 0),
  );
}

/** Takes what the feed gives since the last time; then the follower holds what the reference holds. */
async function follow(view: Store, tenant: Tenant): Promise<void> {
  let isCaughtUp = false;
  for await (const { changes, next, caughtUp } of view.changes(tenant.cursor)) {
    for (const change of changes) take(tenant, change);
    tenant.cursor = next;
    isCaughtUp = caughtUp;
  }
  assert.equal(isCaughtUp, true, "the feed ends when it is caught up");
  const { entries } = tenant.reference;
  const held = [...entries].map(
    ([key, entry]) => [key, { version: entry.version, text: entry.live ? entry.text : undefined }] as const,
  );
  assert.deepEqual(tenant.followed, new Map(held));
}

function take({ followed }: Tenant, change: Change): void {
  const { type, id, version } = change.kind === "put" ? change.record : change.tombstone;
  const key = keyOf(type, id);
  const known = followed.get(key)?.version ?? 0;
  assert.ok(version > known, `the feed gave version ${version} of ${key} after ${known}`);
  followed.set(key, { version, text: change.kind === "put" ? JSON.stringify(change.record.body) : undefined });
}
