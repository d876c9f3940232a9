import type { DriverKey, TypeStats } from "@holdfast/core";

import { orderedTree } from "./ordered-tree.ts";
import type { Keyed, OrderedTree } from "./ordered-tree.ts";

type Place = Pick<DriverKey, "tenant" | "type">;

/** How many records and tombstones each type has in each tenant. A clone costs the same whatever is in it. */
export class Tallies {
  readonly #byKey: OrderedTree<TypeStats>;

  private constructor(byKey: OrderedTree<TypeStats>) {
    this.#byKey = byKey;
  }

  /** `counted`: in the order of `keyed`. */
  static of(counted: readonly Keyed<TypeStats>[] = []): Tallies {
    return new Tallies(orderedTree(counted));
  }

  static keyed(value: TypeStats): Keyed<TypeStats> {
    return { key: keyOf(value), value };
  }

  clone(): Tallies {
    return new Tallies(this.#byKey.clone());
  }

  at({ tenant, type }: Place): TypeStats {
    return this.#byKey.get(keyOf({ tenant, type })) ?? { tenant, type, records: 0, tombstones: 0 };
  }

  /** By tenant, and by type within one. */
  stats(): readonly TypeStats[] {
    const byTenant = (a: TypeStats, b: TypeStats): number => (a.tenant < b.tenant ? -1 : a.tenant > b.tenant ? 1 : 0);
    return [...this.#byKey.values()].sort(byTenant);
  }

  /** Of which there is a record or a tombstone. */
  types(): readonly string[] {
    return [...new Set([...this.#byKey.values()].map(({ type }) => type))];
  }

  /** So many more, or fewer. */
  add({ tenant, type }: Place, more: { readonly records?: number; readonly tombstones?: number }): void {
    const before = this.at({ tenant, type });
    const records = before.records + (more.records ?? 0);
    const tombstones = before.tombstones + (more.tombstones ?? 0);
    const key = keyOf({ tenant, type });
    if (records + tombstones === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, { tenant, type, records, tombstones });
  }
}

function keyOf({ tenant, type }: Place): string {
  return `${type}\0${tenant}`;
}
