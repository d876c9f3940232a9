import { compareText, isTypeName } from "@holdfast/core";

/** Characters of a type's name that are made of a table's, so that a number fits behind them. */
const lengthMost = 40;

/**
 * The type that each table becomes. One whose name a type can have keeps it; of any other, what a type's name cannot
 * hold becomes `_`, and two tables never become one type.
 */
export function typesOf(tables: readonly string[]): ReadonlyMap<string, string> {
  const types = new Map(tables.filter(isTypeName).map((name) => [name, name]));
  const taken = new Set(types.values());
  for (const table of tables.filter((name) => !isTypeName(name)).sort(compareText)) {
    const type = firstFree(typeLike(table), taken);
    taken.add(type);
    types.set(table, type);
  }
  return types;
}

function typeLike(table: string): string {
  const name = table.replace(/[^A-Za-z0-9_]/gu, "_").slice(0, lengthMost);
  const isName: boolean = isTypeName(name);
  return isName ? name : `Table_${name}`.slice(0, lengthMost);
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  let type = wanted;
  for (let turn = 2; taken.has(type); turn++) type = `${wanted}_${turn}`;
  return type;
}
