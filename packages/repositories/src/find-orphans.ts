import type { OrphanRow } from "./load-types.ts";
import type { Entity, EntityOf, StoreSession } from "@holdfast/core";

const parentsAtOnce = 1_000;

/** Which of these entities refer to what is not stored, by any reference, enforced or not. */
export async function findOrphans(
  session: StoreSession,
  entity: Entity,
  items: readonly EntityOf<Entity>[],
): Promise<readonly OrphanRow[]> {
  const orphans: OrphanRow[] = [];
  for (const [field, { to }] of Object.entries(entity.references)) {
    const named = items.map((item) => ({ id: item.id, parent: textOf(item, field) }));
    const stored = await storedIds(session, to, new Set(named.flatMap(({ parent }) => parent ?? [])));
    for (const { id, parent } of named) {
      if (parent === undefined || stored.has(parent)) continue;
      orphans.push({ type: entity.name, id, field, parent: { type: to, id: parent } });
    }
  }
  return orphans;
}

async function storedIds(session: StoreSession, type: string, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const all = [...ids];
  const stored = new Set<string>();
  for (let start = 0; start < all.length; start += parentsAtOnce) {
    const asked = all.slice(start, start + parentsAtOnce);
    const { records } = await session.find({ type, where: { id: { in: asked } }, limit: parentsAtOnce, omit: "body" });
    for (const { id } of records) stored.add(id);
  }
  return stored;
}

function textOf(item: object, field: string): string | undefined {
  const value: unknown = Reflect.get(item, field);
  return typeof value === "string" ? value : undefined;
}
