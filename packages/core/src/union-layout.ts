import { HoldfastError } from "./errors.ts";
import { compareText } from "./compare.ts";
import type { FieldLayout, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "./layout.ts";

/**
 * The model that a store keeps once both were opened on it: nothing that either declares is dropped, and of two rules
 * for one reference the newer one counts. A field of two kinds is INVALID_MODEL.
 */
export function unionLayout(stored: Layout, declared: Layout): Layout {
  const types = new Map(stored.types.map((each) => [each.type, each]));
  for (const each of declared.types) {
    const before = types.get(each.type);
    types.set(each.type, before === undefined ? each : unionType(before, each));
  }
  return { types: [...types.values()].sort((a, b) => compareText(a.type, b.type)) };
}

function unionType(stored: TypeLayout, declared: TypeLayout): TypeLayout {
  return {
    type: declared.type,
    schemaVersion: Math.max(stored.schemaVersion, declared.schemaVersion),
    fields: unionFields(stored, declared),
    indexes: unionBy(stored.indexes, declared.indexes, indexName),
    references: unionReferences(stored, declared),
  };
}

function unionFields(stored: TypeLayout, declared: TypeLayout): readonly FieldLayout[] {
  for (const field of declared.fields) {
    const before = stored.fields.find((each) => each.name === field.name);
    if (before !== undefined && before.kind !== field.kind) {
      throw new HoldfastError(
        `field "${field.name}" of "${declared.type}" is declared as ${field.kind}, but the store keeps it as ${before.kind}`,
        { code: "INVALID_MODEL", details: { type: declared.type, field: field.name } },
      );
    }
  }
  const fields = unionBy(stored.fields, declared.fields, ({ name }) => name);
  return [...fields].sort((a, b) => compareText(a.name, b.name));
}

function unionReferences(stored: TypeLayout, declared: TypeLayout): readonly ReferenceLayout[] {
  const nameOf = ({ field, to }: ReferenceLayout): string => `${field} ${to}`;
  const mirrors = new Map(stored.references.map((each) => [nameOf(each), each.mirror]));
  return unionBy<ReferenceLayout>(stored.references, declared.references, nameOf).map((each) => {
    const mirror = each.mirror ?? mirrors.get(nameOf(each));
    return mirror === undefined ? each : { ...each, mirror };
  });
}

function indexName(index: IndexLayout): string {
  return `${index.unique ? "unique " : ""}${index.fields.join(",")}`;
}

function unionBy<T>(stored: readonly T[], declared: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map([...stored, ...declared].map((item) => [keyOf(item), item])).values()];
}
