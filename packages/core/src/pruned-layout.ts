import { typeLayout } from "./layout.ts";
import type { IndexLayout, Layout, ReferenceLayout, TypeLayout } from "./layout.ts";

/** What becomes of a stored model from which everything goes that no program uses any more. */
export interface LayoutPruning {
  /** What stays. */
  readonly layout: Layout;
  /** What goes, in words: `field "Job.color"`. The documents keep all of it. */
  readonly dropped: readonly string[];
  /** Types that are not declared and yet stay as they are: they have records, or a type that stays refers to them. */
  readonly kept: readonly string[];
}

/** The stored model without what is not declared. Types that hold records are never taken out. */
export function prunedLayout(stored: Layout, declared: Layout, holding: ReadonlySet<string>): LayoutPruning {
  const staying = stayingTypes(stored, declared, holding);
  const dropped: string[] = [];
  const types = stored.types.flatMap((type) => {
    const own = typeLayout(declared, type.type);
    if (own !== undefined) return [prunedType(type, own, dropped)];
    if (staying.has(type.type)) return [type];
    dropped.push(`type "${type.type}"`);
    return [];
  });
  return { layout: { types }, dropped, kept: [...staying] };
}

function stayingTypes(stored: Layout, declared: Layout, holding: ReadonlySet<string>): ReadonlySet<string> {
  const undeclared = stored.types.filter(({ type }) => typeLayout(declared, type) === undefined);
  const staying = new Set(undeclared.filter(({ type }) => holding.has(type)).map(({ type }) => type));
  // A set takes in what is added while it is walked.
  for (const type of staying) {
    for (const { to } of typeLayout(stored, type)?.references ?? []) {
      if (undeclared.some((each) => each.type === to)) staying.add(to);
    }
  }
  return staying;
}

function prunedType(stored: TypeLayout, declared: TypeLayout, dropped: string[]): TypeLayout {
  const { type } = stored;
  return {
    ...stored,
    fields: split(stored.fields, declared.fields, ({ name }) => `field "${type}.${name}"`, dropped),
    indexes: split(stored.indexes, declared.indexes, (index) => indexText(type, index), dropped),
    references: split(stored.references, declared.references, (each) => referenceText(type, each), dropped),
  };
}

function split<T>(stored: readonly T[], declared: readonly T[], textOf: (item: T) => string, dropped: string[]): T[] {
  const texts = new Set(declared.map(textOf));
  return stored.filter((item) => {
    const text = textOf(item);
    if (!texts.has(text)) dropped.push(text);
    return texts.has(text);
  });
}

function indexText(type: string, { fields, unique }: IndexLayout): string {
  return `${unique ? "unique index" : "index"} "${type}" (${fields.join(", ")})`;
}

function referenceText(type: string, { field, to }: ReferenceLayout): string {
  return `reference "${type}.${field}" to "${to}"`;
}
