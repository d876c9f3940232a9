import { typeLayout } from "@holdfast/core";
import type { FieldLayout, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "@holdfast/core";
import { systemSlots } from "./entry.ts";
import type { Slot } from "./entry.ts";

/** One order in which the records of a type are kept, within a tenant. `id` follows the fields. */
export interface IndexSpec {
  readonly type: string;
  /** What the keys of all its records begin with: the type, and which of its indexes this is. */
  readonly prefix: string;
  readonly fields: readonly string[];
  readonly slots: readonly Slot[];
  readonly unique: boolean;
}

export interface ReferenceSpec {
  readonly type: string;
  readonly field: string;
  readonly slot: Slot;
  readonly to: string;
  /** Whether the parent must be there. */
  readonly enforced: boolean;
  /** Finds the children of a parent: its first field is the reference. */
  readonly index: IndexSpec;
}

export interface TypeModel {
  readonly type: string;
  /** What a model says of it; undefined where none does. */
  readonly declared: TypeLayout | undefined;
  readonly fields: readonly FieldLayout[];
  /** By id; keeps the records themselves. */
  readonly primary: IndexSpec;
  /** By creation: the order of a query that names none. */
  readonly byCreation: IndexSpec;
  /** All of them, the two above included. */
  readonly indexes: readonly IndexSpec[];
  /** Those of them that one record of a tenant alone may have a place in. */
  readonly uniqueIndexes: readonly IndexSpec[];
  /** Those that each write asks: by id, and the unique ones. The others are kept once somebody has asked for them. */
  readonly alwaysKept: readonly IndexSpec[];
  readonly references: readonly ReferenceSpec[];
  /** A field that is nowhere declared gets a slot that holds null. */
  readonly slotOf: (field: string) => Slot;
}

/** A layout made ready for use: slots, indexes and references by type, also for types that no model declared. */
export class CompiledModel {
  readonly layout: Layout;
  readonly #types = new Map<string, TypeModel>();
  readonly #children = new Map<string, ReferenceSpec[]>();

  constructor(layout: Layout) {
    this.layout = layout;
    for (const { type } of layout.types) {
      for (const reference of this.typeOf(type).references) {
        if (!reference.enforced) continue;
        const siblings = this.#children.get(reference.to);
        if (siblings === undefined) this.#children.set(reference.to, [reference]);
        else siblings.push(reference);
      }
    }
  }

  typeOf(type: string): TypeModel {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const compiled = compileType(this.layout, type);
    this.#types.set(type, compiled);
    return compiled;
  }

  /** Whether records of the type refer to others, or others to them, such that it is checked. */
  isInReferences(type: string): boolean {
    return this.#children.has(type) || this.typeOf(type).references.some(({ enforced }) => enforced);
  }

  /** The enforced references that point to this type. */
  referencesTo(parentType: string): readonly ReferenceSpec[] {
    return this.#children.get(parentType) ?? [];
  }
}

function compileType(layout: Layout, type: string): TypeModel {
  const declared = typeLayout(layout, type);
  const fields = declared?.fields ?? [];
  const slots = new Map([...fields.map(({ name }, at): [string, Slot] => [name, at]), ...systemSlots]);
  const slotOf = (field: string): Slot => slots.get(field) ?? fields.length;
  const [primary, byCreation, ...others] = indexFields(declared?.indexes ?? [], declared?.references ?? []).map(
    (index, ordinal): IndexSpec => {
      const prefix = `${type}\0${String.fromCharCode(ordinal + 1)}`;
      return { type, prefix, ...index, slots: index.fields.map(slotOf) };
    },
  );
  if (primary === undefined || byCreation === undefined) throw new TypeError("a type has at least two indexes");
  const indexes = [primary, byCreation, ...others];
  const references = (declared?.references ?? []).map((reference): ReferenceSpec => {
    const { field, to, onDelete } = reference;
    const index = indexes.find(({ fields: [first] }) => first === field) ?? primary;
    return { type, field, slot: slotOf(field), to, enforced: onDelete !== undefined, index };
  });
  const uniqueIndexes = indexes.filter(({ unique }) => unique);
  const alwaysKept = [primary, ...uniqueIndexes];
  return { type, declared, fields, primary, byCreation, indexes, uniqueIndexes, alwaysKept, references, slotOf };
}

type IndexShape = Pick<IndexSpec, "fields" | "unique">;

/** What to keep in order: ids, creation, what is declared, and each reference, so that children are found. */
function indexFields(indexes: readonly IndexLayout[], references: readonly ReferenceLayout[]): readonly IndexShape[] {
  const shapes: IndexShape[] = [
    { fields: [], unique: false },
    { fields: ["createdAt"], unique: false },
  ];
  const add = (shape: IndexShape): void => {
    const twin = shapes.findIndex(({ fields }) => fields.join(" ") === shape.fields.join(" "));
    if (twin === -1) shapes.push(shape);
    else if (shape.unique) shapes[twin] = shape;
  };
  for (const { fields, unique } of indexes) add(withoutId(fields, unique));
  for (const { field } of references) {
    if (!shapes.some(({ fields }) => fields[0] === field)) add({ fields: [field], unique: false });
  }
  return shapes;
}

/** `id` follows in every index by itself, and nothing can be behind it; with it, every index is unique. */
function withoutId(fields: readonly string[], unique: boolean): IndexShape {
  const at = fields.indexOf("id");
  return at === -1 ? { fields, unique } : { fields: fields.slice(0, at), unique: false };
}
