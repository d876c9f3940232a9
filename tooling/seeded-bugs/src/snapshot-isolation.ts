import { HoldfastError, keyText, planRound } from "@holdfast/core";
import type {
  Driver,
  DriverGroup,
  DriverKey,
  DriverOp,
  GroupResult,
  KeyChange,
  RecordText,
  Writer,
} from "@holdfast/core";

import type { Bug } from "./faulty-driver.ts";

/**
 * Transactions that each read one snapshot, and of which the first to commit wins where two wrote one record: snapshot
 * isolation, short of serializable by what it lets two transactions read of what the other writes.
 */
export const snapshotIsolation: Bug = (sound) => ({
  transaction: (mode, work) =>
    mode === "read"
      ? sound.transaction("read", work)
      : sound.transaction("read", async (snapshot) => {
          const pending = new Pending(snapshot);
          const result = await work(pending.writer());
          await pending.commit(sound);
          return result;
        }),
});

class Pending {
  readonly #snapshot: Writer;
  readonly #changes = new Map<string, KeyChange>();
  readonly #ops: DriverOp[] = [];

  constructor(snapshot: Writer) {
    this.#snapshot = snapshot;
  }

  writer(): Writer {
    return {
      find: (tenant, query) => this.#snapshot.find(tenant, query),
      count: (tenant, type, where) => this.#snapshot.count(tenant, type, where),
      countBy: (tenant, type, field, where) => this.#snapshot.countBy(tenant, type, field, where),
      stats: () => this.#snapshot.stats(),
      tombstones: (...asked) => this.#snapshot.tombstones(...asked),
      get: (tenant, type, ids) => Promise.all(ids.map((id) => this.#read({ tenant, type, id }))),
      apply: (groups) => this.#apply(groups),
      savepoint: (work) => work(this.writer()),
    };
  }

  async commit(driver: Driver): Promise<void> {
    const [results = []] = this.#ops.length === 0 ? [] : await driver.apply([this.#ops]);
    if (results.every(({ ok }) => ok)) return;
    throw new HoldfastError("another transaction wrote first", { code: "TRANSACTION_CONFLICT" });
  }

  async #read(key: DriverKey): Promise<RecordText | undefined> {
    const change = this.#changes.get(keyText(key));
    if (change !== undefined) return change.kind === "put" ? change.record : undefined;
    const [record] = await this.#snapshot.get(key.tenant, key.type, [key.id]);
    return record;
  }

  async #apply(groups: readonly DriverGroup[]): Promise<readonly GroupResult[]> {
    const stored = new Map<string, RecordText>();
    for (const op of groups.flat()) {
      const record = await this.#read(op);
      if (record !== undefined) stored.set(keyText(op), record);
    }
    const plan = await planRound(
      groups,
      (key) => {
        const record = stored.get(key);
        return record === undefined
          ? undefined
          : { kind: "live", version: record.version, created: record.created, fields: new Map() };
      },
      () => 1,
    );
    for (const [key, change] of plan.changes) this.#changes.set(key, change);
    for (const op of groups.flat()) {
      const isFirst = this.#ops.every((each) => keyText(each) !== keyText(op));
      const expect = isFirst ? (stored.get(keyText(op))?.version ?? "absent") : "any";
      if (op.kind === "put" || op.kind === "delete") this.#ops.push({ ...op, expect });
    }
    return plan.results.map((results) => results.map((each) => (each.ok ? each : { ok: false, why: each.why })));
  }
}
