import type { FieldKind, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "@holdfast/core";

export function type(
  name: string,
  kinds: Readonly<Record<string, FieldKind>>,
  indexes: readonly IndexLayout[] = [],
  references: readonly ReferenceLayout[] = [],
): TypeLayout {
  const fields = Object.entries(kinds).map(([field, kind]) => ({ name: field, kind }));
  return { type: name, schemaVersion: 1, fields, indexes, references };
}

export function index(...fields: readonly string[]): IndexLayout {
  return { fields, unique: false };
}

export function unique(...fields: readonly string[]): IndexLayout {
  return { fields, unique: true };
}

export function model(...types: readonly TypeLayout[]): { readonly layout: Layout } {
  return { layout: { types } };
}
