import type { Store, Tombstone } from "@holdfast/core";

/**
 * What a store still knows of the deletes of its view's tenant, some at a time. A record that was created again is
 * none of them. They stand in the feed of changes only, so this reads all of it.
 */
export async function* deletes(store: Pick<Store, "changes">): AsyncGenerator<readonly Tombstone[]> {
  for await (const { changes } of store.changes()) {
    const found = changes.flatMap((change) => (change.kind === "delete" ? [change.tombstone] : []));
    if (found.length > 0) yield found;
  }
}
