import { meets } from "./condition.ts";
import { documentFields } from "./document-fields.ts";
import { typeLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import type { Lift } from "./lift.ts";
import type { Where } from "./query.ts";
import type { Scalar, StoredRecord } from "./record.ts";
import { parseWhere } from "./where.ts";

/**
 * Whether a query with this `where` finds a record, decided in memory by the same truth table. INVALID_QUERY and
 * FIELD_NOT_INDEXED as for the query; the function gives INVALID_ENTITY for a record whose fields cannot be read.
 */
export function recordMatcher(
  layout: Layout,
  lift: Lift,
  type: string,
  where?: Where,
): (record: StoredRecord) => boolean {
  const condition = parseWhere(layout, type, where);
  if (condition.kind === "constant") return () => condition.value;
  const declared = typeLayout(layout, type);
  return (record) => {
    const { fields } = documentFields(declared, lift, record);
    return meets(condition, (field) => systemValue(record, field) ?? fields.get(field) ?? null);
  };
}

function systemValue({ id, version, created, updated }: StoredRecord, field: string): Scalar | undefined {
  switch (field) {
    case "id":
      return id;
    case "version":
      return version;
    case "createdAt":
      return created;
    case "updatedAt":
      return updated;
    default:
      return undefined;
  }
}
