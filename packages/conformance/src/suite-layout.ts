import type { FieldLayout, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "@holdfast/core";

/** The types that the suite declares. All others that it writes are undeclared ones. */
export const suiteLayout: Layout = {
  types: [
    declared("Account", [text("email"), text("region"), number("seat")], [unique("email"), unique("region", "seat")]),
    declared(
      "Bond",
      [text("guestId"), text("ownerId"), text("partId")],
      [],
      [
        { field: "guestId", to: "Guest", mirror: "bondIds" },
        { ...restrict("ownerId", "Owner"), mirror: "bondIds" },
        cascade("partId", "Part"),
      ],
    ),
    declared(
      "Child",
      [text("looseId"), text("parentId")],
      [index("parentId")],
      [{ field: "looseId", to: "Parent" }, restrict("parentId", "Parent")],
    ),
    declared(
      "Guest",
      [text("hostId"), text("secondHostId")],
      [],
      [detach("hostId", "Owner"), detach("secondHostId", "Owner")],
    ),
    declared(
      "Item",
      // A field called `constructor` reads as a function on every object that lacks it.
      [text("constructor"), boolean("done"), text("name"), number("rank"), text("status")],
      [index("status", "rank"), index("name"), index("rank"), index("done")],
    ),
    declared("Knot", [text("nextId")], [], [restrict("nextId", "Knot")]),
    declared("Owner", [], []),
    declared("Pact", [text("fromId"), text("toId")], [], [detach("fromId", "Owner"), cascade("toId", "Owner")]),
    declared("Parent", [text("name")], [index("name")]),
    declared("Part", [text("ownerId"), text("wholeId")], [], [cascade("ownerId", "Owner"), cascade("wholeId", "Part")]),
    declared("Seal", [text("partId")], [], [restrict("partId", "Part")]),
  ],
};

function declared(
  type: string,
  fields: readonly FieldLayout[],
  indexes: readonly IndexLayout[],
  references: readonly ReferenceLayout[] = [],
): TypeLayout {
  return { type, schemaVersion: 1, fields, indexes, references };
}

function text(name: string): FieldLayout {
  return { name, kind: "string" };
}

function number(name: string): FieldLayout {
  return { name, kind: "number" };
}

function boolean(name: string): FieldLayout {
  return { name, kind: "boolean" };
}

function index(...fields: readonly string[]): IndexLayout {
  return { fields, unique: false };
}

function unique(...fields: readonly string[]): IndexLayout {
  return { fields, unique: true };
}

function restrict(field: string, to: string): ReferenceLayout {
  return { field, to, onDelete: "restrict" };
}

function cascade(field: string, to: string): ReferenceLayout {
  return { field, to, onDelete: "cascade" };
}

function detach(field: string, to: string): ReferenceLayout {
  return { field, to, onDelete: "detach" };
}
