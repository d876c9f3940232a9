import type { DriverKey } from "@holdfast/core";

/**
 * Values by key. A table for each type and tenant rather than one for all: so no text is put together to look one up, and
 * the hash of an id, which its string keeps, is not reckoned anew.
 */
export class KeyTable<V> {
  readonly #types = new Map<string, Map<string, Map<string, V>>>();

  get({ type, tenant, id }: DriverKey): V | undefined {
    return this.#types.get(type)?.get(tenant)?.get(id);
  }

  set({ type, tenant, id }: DriverKey, value: V): void {
    const tenants = this.#types.get(type) ?? new Map<string, Map<string, V>>();
    const ids = tenants.get(tenant) ?? new Map<string, V>();
    this.#types.set(type, tenants.set(tenant, ids.set(id, value)));
  }

  delete({ type, tenant, id }: DriverKey): void {
    this.#types.get(type)?.get(tenant)?.delete(id);
  }

  *entries(): Iterable<readonly [key: DriverKey, value: V]> {
    for (const [type, tenants] of this.#types) {
      for (const [tenant, ids] of tenants) for (const [id, value] of ids) yield [{ type, tenant, id }, value];
    }
  }
}
