import { typeLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";

/**
 * The types in an order in which no record comes before the one that it refers to: each behind the types that its
 * enforced references lead to, else as given. Types that refer to each other in a circle have no such order.
 */
export function parentsFirst(types: readonly string[], layout: Layout): readonly string[] {
  const ordered = new Set<string>();
  const entered = new Set<string>();
  const visit = (type: string): void => {
    if (entered.has(type)) return;
    entered.add(type);
    for (const { to, onDelete } of typeLayout(layout, type)?.references ?? []) if (onDelete !== undefined) visit(to);
    if (types.includes(type)) ordered.add(type);
  };
  for (const type of types) visit(type);
  return [...ordered];
}
