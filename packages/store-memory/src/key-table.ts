import type { DriverKey } from "@holdfast/core";

/**
 * Values by key. A table for each type and tenant rather than one for all: so no text is put together to look one up, and
 * the hash of an id, which its string keeps, is not reckoned anew.
 */
export class KeyTable<V> {
  readonly #types = new Map<string, Map<string, Map<string, V>>>();
  /** The table that was asked last: the next call is mostly for the same one. */
  #last: { readonly type: string; readonly tenant: string; readonly ids: Map<string, V> } | undefined;

  get(key: DriverKey): V | undefined {
    return this.#ids(key)?.get(key.id);
  }

  set(key: DriverKey, value: V): void {
    const ids = this.#ids(key) ?? this.#begun(key);
    ids.set(key.id, value);
  }

  delete(key: DriverKey): void {
    this.#ids(key)?.delete(key.id);
  }

  #ids({ type, tenant }: DriverKey): Map<string, V> | undefined {
    if (this.#last?.type === type && this.#last.tenant === tenant) return this.#last.ids;
    const ids = this.#types.get(type)?.get(tenant);
    if (ids !== undefined) this.#last = { type, tenant, ids };
    return ids;
  }

  #begun({ type, tenant }: DriverKey): Map<string, V> {
    const tenants = this.#types.get(type) ?? new Map<string, Map<string, V>>();
    const ids = new Map<string, V>();
    this.#types.set(type, tenants.set(tenant, ids));
    return ids;
  }

  *entries(): Iterable<readonly [key: DriverKey, value: V]> {
    for (const [type, tenants] of this.#types) {
      for (const [tenant, ids] of tenants) for (const [id, value] of ids) yield [{ type, tenant, id }, value];
    }
  }
}
