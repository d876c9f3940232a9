import { HoldfastError } from "./errors.ts";
import { shownName } from "./handed-in.ts";
import { typeLayout } from "./layout.ts";
import type { FieldKind, Layout } from "./layout.ts";

/** A declared field's kind, or `time`: microseconds to drivers, fixed-width text to people. */
export type QueryKind = FieldKind | "time";

const systemKinds: ReadonlyMap<string, QueryKind> = new Map([
  ["id", "string"],
  ["version", "number"],
  ["createdAt", "time"],
  ["updatedAt", "time"],
]);

/** The kind of a field that queries on this type may name; FIELD_NOT_INDEXED, with the way to declare it, for others. */
export function queryKind(layout: Layout, type: string, field: string): QueryKind {
  const declared = typeLayout(layout, type);
  const kind = systemKinds.get(field) ?? declared?.fields.find((each) => each.name === field)?.kind;
  if (kind !== undefined) return kind;
  const shown = shownName(field);
  const cure =
    declared === undefined
      ? `no model declares "${type}": declare it with defineEntity({ name: "${type}", indexes: [[${shown}]] })`
      : `declare it with defineEntity({ name: "${type}", indexes: [[${shown}]] })`;
  throw new HoldfastError(`${shown} is not an indexed field of "${type}"; ${cure}`, {
    code: "FIELD_NOT_INDEXED",
    details: { type, field: field.slice(0, 512) },
  });
}
