import { describe, expect, test } from "vitest";
import { HoldfastError, meets } from "@holdfast/core";
import type { DriverOp, DriverQuery, FoundRecord, Layout, Reader, Scalar, TypeLayout } from "@holdfast/core";
import { expandDeletes } from "../src/references.ts";

type Row = Readonly<Record<string, Scalar>> & { readonly id: string };
type Rows = Readonly<Record<string, readonly Row[]>>;

function type(name: string, references: TypeLayout["references"]): TypeLayout {
  const fields = references.map(({ field }) => ({ name: field, kind: "string" as const }));
  return { type: name, schemaVersion: 1, fields, indexes: [], references };
}

const layout: Layout = {
  types: [
    type("Leaf", [{ field: "boxId", to: "Box", onDelete: "cascade" }]),
    type("Box", [{ field: "roomId", to: "Room", onDelete: "cascade" }]),
    type("Room", [{ field: "withinId", to: "Room", onDelete: "cascade" }]),
    type("Seal", [
      { field: "boxId", to: "Box", onDelete: "restrict" },
      { field: "roomId", to: "Room", onDelete: "cascade" },
    ]),
    type("Guest", [
      { field: "roomId", to: "Room", onDelete: "detach" },
      { field: "boxId", to: "Box", onDelete: "cascade" },
    ]),
  ],
};

/** A reader over rows that notes each question; pages are cut as a driver would. */
function readerOf(rows: Rows) {
  const asked: DriverQuery[] = [];
  const valueOf = (row: Row, field: string): Scalar => row[field] ?? null;
  const find: Reader["find"] = (tenant, query) => {
    asked.push(query);
    const all = (rows[query.type] ?? [])
      .filter((row) => meets(query.where, (field) => valueOf(row, field)))
      .map((row): FoundRecord => {
        const { id } = row;
        const times = { created: 1, updated: 1, documentVersion: 1, version: 3 };
        const text = query.omitBody ? "{}" : JSON.stringify(row);
        return {
          record: { tenant, type: query.type, id, ...times, text },
          place: query.order.map(({ field }) => valueOf(row, field)),
        };
      })
      .sort((a, b) => (JSON.stringify(a.place) < JSON.stringify(b.place) ? -1 : 1));
    const start = query.after === undefined ? 0 : all.findIndex(({ place }) => isPlace(place, query.after)) + 1;
    return Promise.resolve(all.slice(start, start + query.limit));
  };
  return { asked, reader: { find } };
}

function isPlace(place: readonly Scalar[], after: readonly Scalar[] | undefined): boolean {
  return JSON.stringify(place) === JSON.stringify(after);
}

function remove(name: string, id: string): DriverOp {
  return { kind: "delete", tenant: "t", type: name, id, expect: "any" };
}

const freed = (child: { readonly type: string; readonly id: string }, fields: ReadonlySet<string>): DriverOp => ({
  kind: "put",
  tenant: "t",
  type: child.type,
  id: child.id,
  documentVersion: 1,
  text: [...fields].join(),
  fields: new Map(),
  expect: "any",
});

async function expanded(rows: Rows, ...group: readonly DriverOp[]) {
  const { asked, reader } = readerOf(rows);
  const ops = await expandDeletes(reader, layout, group, freed);
  const brief = ops.slice(group.length).map((op) => `${op.kind} ${op.type} ${op.id}`);
  return { asked, ops, brief };
}

function many(count: number, row: (at: number) => Row): readonly Row[] {
  return Array.from({ length: count }, (_each, at) => row(at));
}

describe("what a delete does to children", () => {
  test("asks for the children of a whole level at once, not for those of each parent", async () => {
    const rows = {
      Box: many(2_500, (at) => ({ id: `b${at}`, roomId: "r" })),
      Leaf: many(2_500, (at) => ({ id: `l${at}`, boxId: `b${at}` })),
    };
    const { asked, ops } = await expanded(rows, remove("Room", "r"));
    expect(ops).toHaveLength(5_001);
    const questions = Map.groupBy(asked, (query) => query.type);
    // Room, Box, Seal and Guest refer to rooms; Leaf, Seal and Guest to boxes, of which one question names 1,000.
    expect(Object.fromEntries([...questions].map(([name, each]) => [name, each.length]))).toEqual({
      Room: 1,
      Box: 1,
      Leaf: 3,
      Seal: 1 + 3,
      Guest: 1 + 3,
    });
  });

  test("takes more children than one page holds", async () => {
    const { asked, brief } = await expanded(
      { Box: many(25_000, (at) => ({ id: `b${at}`, roomId: "r" })) },
      remove("Room", "r"),
    );
    expect(new Set(brief).size).toBe(25_000);
    expect(asked.filter((query) => query.type === "Box")).toHaveLength(3);
  });

  test("ends in a cycle, and in what points to itself", async () => {
    const Room = [
      { id: "r", withinId: "s" },
      { id: "s", withinId: "r" },
      { id: "self", withinId: "self" },
    ];
    expect((await expanded({ Room }, remove("Room", "r"))).brief).toEqual(["delete Room s"]);
    expect((await expanded({ Room }, remove("Room", "self"))).brief).toEqual([]);
  });

  test("reads documents only of children that are kept without their parent", async () => {
    const rows = { Box: [{ id: "b", roomId: "r" }], Guest: [{ id: "g", roomId: "r", boxId: "other" }] };
    const { asked, ops } = await expanded(rows, remove("Room", "r"));
    expect(asked.filter(({ omitBody }) => !omitBody).map((query) => query.type)).toEqual(["Guest"]);
    expect(ops.at(-1)).toMatchObject({ kind: "put", id: "g", text: "roomId" });
  });

  test("a child that one reference deletes is deleted, whether another was met before or after", async () => {
    const rows = {
      Box: [{ id: "b", roomId: "r" }],
      Seal: [{ id: "s", boxId: "b", roomId: "r" }],
      Guest: [{ id: "g", roomId: "r", boxId: "b" }],
    };
    const fates = ["delete Box b", "delete Guest g", "delete Seal s"];
    expect([...(await expanded(rows, remove("Room", "r"))).brief].sort()).toEqual(fates);
    for (const group of [
      [remove("Box", "b"), remove("Room", "r")],
      [remove("Room", "r"), remove("Box", "b")],
    ])
      expect([...(await expanded(rows, ...group)).brief].sort()).toEqual(fates.slice(1));
  });

  test("a child that forbids it is named with the parent that it refers to", async () => {
    const rows = {
      Box: many(1_200, (at) => ({ id: `b${at}`, roomId: "r" })),
      Seal: [{ id: "s", boxId: "b1100", roomId: "elsewhere" }],
    };
    const refused = await expanded(rows, remove("Room", "r")).catch((thrown: unknown) => thrown);
    expect(HoldfastError.is(refused, "REFERENCE_VIOLATION") && refused.details).toEqual({
      type: "Box",
      id: "b1100",
      childType: "Seal",
      childId: "s",
      field: "boxId",
    });
  });

  test("what the group itself says of a child counts", async () => {
    const rows = { Box: [{ id: "b", roomId: "r" }], Seal: [{ id: "s", boxId: "b", roomId: null }] };
    const { brief } = await expanded(rows, remove("Room", "r"), remove("Seal", "s"));
    expect(brief).toEqual(["delete Box b"]);
  });
});
