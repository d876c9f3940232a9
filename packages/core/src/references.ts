import type { DriverKey, DriverOp, Reader, RecordText } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import type { DeleteRule, Layout } from "./layout.ts";
import { keyText, opKey } from "./plan-round.ts";
import type { WriteOp } from "./record.ts";

/** A reference as seen from the parent. */
interface ChildReference {
  readonly type: string;
  readonly field: string;
  readonly rule: DeleteRule;
}
/** What becomes of a child: deleted with a parent, or freed of those of its fields that point to one. */
interface Fate {
  readonly child: RecordText;
  isDeleted: boolean;
  readonly freed: Set<string>;
}
/** Encodes a child with these fields set to null. */
type Detach = (child: RecordText, fields: ReadonlySet<string>) => DriverOp;
interface Expansion {
  readonly reader: Reader;
  /** Keys that the group writes itself: what it says of them counts, not what is stored. */
  readonly written: ReadonlySet<string>;
  readonly fates: Map<string, Fate>;
}

const childrenAtOnce = 1_000;

/** Whether a batch deletes something that enforced references point to, so that its children must be looked at. */
export function deletesParents(layout: Layout, ops: readonly WriteOp[]): boolean {
  return ops.some((op) => "delete" in op && childReferences(layout, op.delete.type).length > 0);
}

/**
 * The group with what its deletes do to children as ordinary ops behind its own: cascade deletes them in turn, detach
 * sets the fields to null (`detached` encodes the child so), restrict is REFERENCE_VIOLATION. A child that one reference
 * deletes is deleted, whatever others say. The reader must be of the same transaction that does the group.
 */
export async function expandDeletes(
  reader: Reader,
  layout: Layout,
  group: readonly DriverOp[],
  detached: Detach,
): Promise<readonly DriverOp[]> {
  const written = new Set(group.filter(({ kind }) => kind !== "check").map(keyText));
  const expansion: Expansion = { reader, written, fates: new Map() };
  const parents = group.filter((op) => op.kind === "delete").map(opKey);
  for (let parent = parents.shift(); parent !== undefined; parent = parents.shift()) {
    for (const reference of childReferences(layout, parent.type)) {
      parents.push(...(await decideChildren(expansion, parent, reference)));
    }
  }
  const ops = [...expansion.fates.values()].map(({ child, isDeleted, freed }): DriverOp => {
    const { tenant, type, id, version } = child;
    return isDeleted ? { kind: "delete", tenant, type, id, expect: version } : detached(child, freed);
  });
  return [...group, ...ops];
}

/** Decides about one parent's children along one reference; returns those that are deleted now and were not before. */
async function decideChildren(
  { reader, written, fates }: Expansion,
  parent: DriverKey,
  { type, field, rule }: ChildReference,
): Promise<readonly DriverKey[]> {
  const deleted: DriverKey[] = [];
  for await (const child of childrenOf(reader, parent, type, field)) {
    const key = { tenant: parent.tenant, type, id: child.id };
    const fate: Fate = fates.get(keyText(key)) ?? { child, isDeleted: false, freed: new Set() };
    if (written.has(keyText(key)) || fate.isDeleted) continue;
    if (rule === "restrict") throw restricted(parent, key, field);
    fates.set(keyText(key), fate);
    if (rule === "detach") {
      fate.freed.add(field);
    } else {
      fate.isDeleted = true;
      deleted.push(key);
    }
  }
  return deleted;
}

async function* childrenOf(reader: Reader, parent: DriverKey, type: string, field: string): AsyncIterable<RecordText> {
  const where = { kind: "test", field, negated: false, operator: "eq", operand: parent.id } as const;
  const order = [
    { field: "createdAt", descending: false },
    { field: "id", descending: false },
  ];
  let after: { after?: readonly (string | number | boolean | null)[] } = {};
  for (;;) {
    const page = await reader.find(parent.tenant, {
      type,
      where,
      order,
      limit: childrenAtOnce,
      omitBody: false,
      ...after,
    });
    for (const { record } of page) yield record;
    const last = page.at(-1);
    if (last === undefined || page.length < childrenAtOnce) return;
    after = { after: last.place };
  }
}

function childReferences(layout: Layout, parent: string): readonly ChildReference[] {
  return layout.types.flatMap(({ type, references }) =>
    references.flatMap(({ field, to, onDelete }) =>
      to === parent && onDelete !== undefined ? [{ type, field, rule: onDelete }] : [],
    ),
  );
}

function restricted(parent: DriverKey, child: DriverKey, field: string): HoldfastError {
  return new HoldfastError(`a "${parent.type}" cannot be deleted while a "${child.type}" refers to it by "${field}"`, {
    code: "REFERENCE_VIOLATION",
    details: { type: parent.type, id: parent.id, childType: child.type, childId: child.id, field },
  });
}
