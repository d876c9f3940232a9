/** What a store sees of a model: plain data, which it also keeps beside the records. */

/** The one kind of values that an indexed field holds; null is always among them. */
export type FieldKind = "string" | "number" | "boolean";

export interface FieldLayout {
  readonly name: string;
  readonly kind: FieldKind;
}

export interface IndexLayout {
  /** One to three names of declared fields or of `id`, `version`, `createdAt`, `updatedAt`. */
  readonly fields: readonly string[];
  /** Per tenant; nulls are distinct. */
  readonly unique: boolean;
}

export type DeleteRule = "restrict" | "cascade" | "detach";

export interface ReferenceLayout {
  /** A declared field of kind string that holds the parent's id or null. */
  readonly field: string;
  /** The parent's type. */
  readonly to: string;
  /** What deleting the parent does to its children; undefined where the reference is not enforced. */
  readonly onDelete?: DeleteRule;
  /** A field of the parent's body, a list of its children's ids, which is not among those that can be queried. */
  readonly mirror?: string;
}

export interface TypeLayout {
  readonly type: string;
  readonly schemaVersion: number;
  /** The fields that can be queried, ordered by name. */
  readonly fields: readonly FieldLayout[];
  readonly indexes: readonly IndexLayout[];
  readonly references: readonly ReferenceLayout[];
}

export interface Layout {
  /** Ordered by type name. */
  readonly types: readonly TypeLayout[];
}

export const emptyLayout: Layout = { types: [] };

/** What the layout says of a type, or undefined for a type that no model declared. */
export function typeLayout(layout: Layout, type: string): TypeLayout | undefined {
  return layout.types.find((each) => each.type === type);
}
