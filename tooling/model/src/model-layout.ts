import type { FieldKind, FieldLayout, Layout } from "@holdfast/core";

/** What queries may name of an Item, beside the fields that every record has. */
export const itemFields: readonly FieldLayout[] = [
  // A field called `constructor` reads as a function on every object that lacks it.
  { name: "constructor", kind: "string" },
  { name: "done", kind: "boolean" },
  { name: "name", kind: "string" },
  { name: "rank", kind: "number" },
  { name: "status", kind: "string" },
];

/** `Item` is declared; `Note` is the type that no model knows. */
export const types = ["Item", "Note"] as const;

export const modelLayout: Layout = {
  types: [
    {
      type: "Item",
      schemaVersion: 1,
      fields: itemFields,
      indexes: [
        { fields: ["status", "rank"], unique: false },
        { fields: ["name"], unique: false },
      ],
      references: [],
    },
  ],
};

/** The kind of a declared field; undefined where the type has none of this name. */
export function kindOf(type: string, field: string): FieldKind | undefined {
  return type === "Item" ? itemFields.find(({ name }) => name === field)?.kind : undefined;
}
