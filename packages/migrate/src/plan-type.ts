import {
  documentFields,
  encodeJson,
  HoldfastError,
  typeLayout,
  type FieldValues,
  type IndexLayout,
  type Layout,
  type Lift,
  type ReferenceLayout,
  type Store,
  type StoredRecord,
  type TypeLayout,
} from "@holdfast/core";

import type { Collection } from "./collections.ts";
import type { PlanProblem, PlanProblems } from "./plan-problem.ts";
import { pagesInOrder } from "./read-pages.ts";

export interface TypePlan {
  /** The view of the tenant. */
  readonly source: Store;
  readonly collection: Collection;
  /** What the target's model will be. */
  readonly layout: Layout;
  readonly lift: Lift;
  readonly maxDocumentBytes: number;
  readonly batch: number;
  readonly problems: PlanProblems;
  /** Told how many records of the collection were looked at. */
  readonly onBatch: (records: number) => void;
}

type Fields = ReadonlyMap<string, FieldValues>;

/** Encodes every document of a type as the target would, and looks for its parents and its twins. Gives its bytes. */
export async function planType(plan: TypePlan): Promise<number> {
  const { source, collection, layout, batch } = plan;
  const type = typeLayout(layout, collection.type);
  const own = typeLayout(source.layout, collection.type);
  const twins = newUnique(type, own).map((index) => new Twins(index));
  let [bytes, records] = [0, 0];
  for await (const page of pagesInOrder(source, collection.type, batch)) {
    const encoded = new Map<string, FieldValues>();
    for (const record of page) {
      bytes += encodeRecord(plan, type, record, encoded);
    }
    for (const twin of twins) for (const problem of twin.among(collection, encoded)) plan.problems.add(problem);
    for (const reference of type?.references ?? []) await findOrphans(plan, reference, encoded);
    records += page.length;
    plan.onBatch(records);
  }
  return bytes;
}

/** Bytes of the document; its fields go into `encoded` where it is well. */
function encodeRecord(
  { collection, lift, maxDocumentBytes, problems }: TypePlan,
  type: TypeLayout | undefined,
  record: StoredRecord,
  encoded: Map<string, FieldValues>,
): number {
  const { tenant } = collection;
  try {
    const { text } = encodeJson(record.body, maxDocumentBytes);
    encoded.set(record.id, documentFields(type, lift, record).fields);
    return Buffer.byteLength(text);
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    const { code, message } = thrown;
    problems.add({ kind: "document", blocks: true, code, message, tenant, type: record.type, id: record.id });
    return Buffer.byteLength(JSON.stringify(record.body));
  }
}

/** Those of the target's unique indexes that the source does not keep already. */
function newUnique(type: TypeLayout | undefined, own: TypeLayout | undefined): readonly IndexLayout[] {
  const kept = new Set((own?.indexes ?? []).filter(({ unique }) => unique).map(({ fields }) => fields.join(" ")));
  return (type?.indexes ?? []).filter(({ unique, fields }) => unique && !kept.has(fields.join(" ")));
}

/** Who holds which values of a unique index; nulls are distinct. One short text is kept for each record. */
class Twins {
  readonly #index: IndexLayout;
  readonly #holders = new Map<string, string>();

  constructor(index: IndexLayout) {
    this.#index = index;
  }

  *among({ tenant, type }: Collection, encoded: Fields): Generator<PlanProblem> {
    for (const [id, values] of encoded) {
      const held = this.#index.fields.map((field) => (field === "id" ? id : (values.get(field) ?? null)));
      if (held.includes(null)) continue;
      const key = JSON.stringify(held);
      const holder = this.#holders.get(key);
      this.#holders.set(key, holder ?? id);
      if (holder === undefined) continue;
      const message = `"${type}" has the same ${this.#index.fields.join(" and ")} as the one with id ${JSON.stringify(holder)}, and the target wants it to be unique`;
      yield { kind: "duplicate", blocks: true, code: "UNIQUE_VIOLATION", message, tenant, type, id };
    }
  }
}

async function findOrphans(
  { source, collection, problems, batch }: TypePlan,
  { field, to, onDelete }: ReferenceLayout,
  encoded: Fields,
): Promise<void> {
  const parents = new Map<string, string[]>();
  for (const [id, values] of encoded) {
    const parent = values.get(field);
    if (typeof parent === "string") parents.set(parent, [...(parents.get(parent) ?? []), id]);
  }
  const asked = [...parents.keys()];
  for (let at = 0; at < asked.length; at += batch) {
    const some = asked.slice(at, at + batch);
    const where = { id: { in: some } };
    const { records } = await source.find({ type: to, where, limit: some.length, omit: "body" });
    const found = new Set(records.map(({ id }) => id));
    for (const id of some.filter((each) => !found.has(each)).flatMap((each) => parents.get(each) ?? [])) {
      const message = `"${field}" refers to a "${to}" that is not there`;
      const { tenant, type } = collection;
      problems.add({
        kind: "orphan",
        blocks: onDelete !== undefined,
        code: "REFERENCE_VIOLATION",
        message,
        tenant,
        type,
        id,
      });
    }
  }
}
