import type { Statement } from "../statement.ts";

/** A quoted string or name, which stays as it is; or a place for a parameter, numbered or in turn. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)|\?/g;

/** A statement as text with its parameters in it, for people to run. */
export function renderStatement({ sql, parameters }: Statement): string {
  let next = 0;
  return sql.replaceAll(token, (found: string, number: string | undefined) => {
    if (found.startsWith("'") || found.startsWith('"')) return found;
    return literal(parameters[number === undefined ? next++ : Number(number) - 1]);
  });
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new TypeError("a parameter of a statement that changes tables is plain");
}
