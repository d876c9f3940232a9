import type { DriverKey, DriverOp, FoundRecord, Reader, RecordText } from "./driver.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { HoldfastError } from "./errors.ts";
import { childrenOf } from "./children.ts";
import type { DeleteRule, Layout } from "./layout.ts";
import { keyText, opKey } from "./plan-round.ts";
import type { TakenOp } from "./store/take-ops.ts";

/** A reference as seen from the parent. */
interface ChildReference {
  readonly type: string;
  readonly field: string;
  readonly rule: DeleteRule;
}
/** Deleted records of one type, whose children are asked for together. */
interface Parents {
  readonly tenant: string;
  readonly type: string;
  readonly ids: Set<string>;
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
  readonly reader: Pick<Reader, "find">;
  readonly layout: Layout;
  /** Keys that the group writes itself: what it says of them counts, not what is stored. */
  readonly written: ReadonlySet<string>;
  readonly fates: Map<string, Fate>;
}

const opsPerTurn = 500;

/** Whether a batch deletes something that enforced references point to, so that its children must be looked at. */
export function deletesParents(layout: Layout, ops: readonly TakenOp[]): boolean {
  return ops.some((op) => op.kind === "delete" && childReferences(layout, op.key.type).length > 0);
}

/**
 * The group with what its deletes do to children as ordinary ops behind its own: cascade deletes them in turn, detach
 * sets the fields to null (`detached` encodes the child so), restrict is REFERENCE_VIOLATION. A child that one reference
 * deletes is deleted, whatever others say and in whatever order they are met. Children are asked for level by level,
 * those of many parents at once. The reader must be of the same transaction that does the group.
 */
export async function expandDeletes(
  reader: Pick<Reader, "find">,
  layout: Layout,
  group: readonly DriverOp[],
  detached: Detach,
): Promise<readonly DriverOp[]> {
  const written = new Set(group.filter(({ kind }) => kind !== "check").map(keyText));
  const expansion: Expansion = { reader, layout, written, fates: new Map() };
  const levels: Parents[] = [];
  let level = byType(group.filter((op) => op.kind === "delete").map(opKey));
  while (level.length > 0) {
    levels.push(...level);
    level = byType(await decideLevel(expansion, level));
  }
  for (const parents of levels) await refuseRestricted(expansion, parents);
  return [...group, ...(await opsOf(expansion.fates, detached))];
}

/** Decides about the children of one level's parents; returns those that are deleted now and were not before. */
async function decideLevel(expansion: Expansion, level: readonly Parents[]): Promise<readonly DriverKey[]> {
  const deleted: DriverKey[] = [];
  for (const parents of level) {
    for (const { type, field, rule } of childReferences(expansion.layout, parents.type)) {
      if (rule === "restrict") continue;
      for await (const { record } of childrenAlong(expansion, parents, type, field, rule === "cascade")) {
        const key = { tenant: parents.tenant, type, id: record.id };
        const fate = fateOf(expansion, key, record);
        if (fate === undefined || fate.isDeleted) continue;
        if (rule === "detach") {
          fate.freed.add(field);
        } else {
          fate.isDeleted = true;
          deleted.push(key);
        }
      }
    }
  }
  return deleted;
}

/** Undefined for a child of which the group itself says what becomes of it. */
function fateOf({ written, fates }: Expansion, key: DriverKey, child: RecordText): Fate | undefined {
  const text = keyText(key);
  if (written.has(text)) return undefined;
  const fate: Fate = fates.get(text) ?? { child, isDeleted: false, freed: new Set() };
  fates.set(text, fate);
  return fate;
}

/** Once all fates are known: REFERENCE_VIOLATION where a child forbids the delete of a parent and is not deleted itself. */
async function refuseRestricted(expansion: Expansion, parents: Parents): Promise<void> {
  const { tenant } = parents;
  for (const { type, field, rule } of childReferences(expansion.layout, parents.type)) {
    if (rule !== "restrict") continue;
    for await (const { record, place } of childrenAlong(expansion, parents, type, field, true)) {
      const child = { tenant, type, id: record.id };
      const isGone = expansion.written.has(keyText(child)) || expansion.fates.get(keyText(child))?.isDeleted === true;
      if (!isGone) throw restricted({ type: parents.type, id: String(place[0]) }, child, field);
    }
  }
}

function childrenAlong(
  { reader, layout }: Expansion,
  { tenant, ids }: Parents,
  type: string,
  field: string,
  omitBody: boolean,
): AsyncIterable<FoundRecord> {
  return childrenOf(reader, { layout, tenant, type, field, omitBody }, [...ids]);
}

async function opsOf(fates: ReadonlyMap<string, Fate>, detached: Detach): Promise<readonly DriverOp[]> {
  const ops: DriverOp[] = [];
  for (const { child, isDeleted, freed } of fates.values()) {
    const { tenant, type, id, version } = child;
    ops.push(isDeleted ? { kind: "delete", tenant, type, id, expect: version } : detached(child, freed));
    if (ops.length % opsPerTurn === 0) await eventLoopTurn();
  }
  return ops;
}

function byType(keys: readonly DriverKey[]): readonly Parents[] {
  const types = new Map<string, Parents>();
  for (const { tenant, type, id } of keys) {
    const parents = types.get(`${tenant}\0${type}`);
    if (parents === undefined) types.set(`${tenant}\0${type}`, { tenant, type, ids: new Set([id]) });
    else parents.ids.add(id);
  }
  return [...types.values()];
}

function childReferences(layout: Layout, parent: unknown): readonly ChildReference[] {
  return layout.types.flatMap(({ type, references }) =>
    references.flatMap(({ field, to, onDelete }) =>
      to === parent && onDelete !== undefined ? [{ type, field, rule: onDelete }] : [],
    ),
  );
}

function restricted(
  parent: Pick<DriverKey, "type" | "id">,
  child: Pick<DriverKey, "type" | "id">,
  field: string,
): HoldfastError {
  return new HoldfastError(`a "${parent.type}" cannot be deleted while a "${child.type}" refers to it by "${field}"`, {
    code: "REFERENCE_VIOLATION",
    details: { type: parent.type, id: parent.id, childType: child.type, childId: child.id, field },
  });
}
