import type { Layout, TypeLayout } from "@holdfast/core";

/** What one model declares and another lacks, in words, by type. */
export function lackingIn(other: Layout, layout: Layout): readonly string[] {
  return layout.types.flatMap((type) => {
    const known = other.types.find((each) => each.type === type.type);
    return known === undefined ? [`type "${type.type}"`] : lackingInType(known, type);
  });
}

function lackingInType(known: TypeLayout, { type, fields, indexes, references }: TypeLayout): readonly string[] {
  const [ownFields, ownIndexes, ownReferences] = [
    new Set(known.fields.map(({ name }) => name)),
    new Set(known.indexes.map(indexName)),
    new Set(known.references.map(referenceName)),
  ];
  return [
    ...fields.filter(({ name }) => !ownFields.has(name)).map(({ name }) => `field "${name}" of "${type}"`),
    ...indexes.map(indexName).flatMap((name) => (ownIndexes.has(name) ? [] : [`${name} of "${type}"`])),
    ...references.map(referenceName).flatMap((name) => (ownReferences.has(name) ? [] : [`${name} of "${type}"`])),
  ];
}

function indexName({ fields, unique }: TypeLayout["indexes"][number]): string {
  return `${unique ? "unique " : ""}index on ${fields.join(", ")}`;
}

function referenceName({ field, to, onDelete }: TypeLayout["references"][number]): string {
  return `reference ${field} to ${to}${onDelete === undefined ? "" : ` (on delete: ${onDelete})`}`;
}
