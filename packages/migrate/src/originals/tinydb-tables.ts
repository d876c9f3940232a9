import { compareText } from "@holdfast/core";

import { type KnownTable, knownTable } from "./tinydb-fields.ts";
import type { RowPlace, TablePlace } from "./tinydb-file.ts";
import { TableIds } from "./tinydb-ids.ts";
import { typesOf } from "./tinydb-types.ts";

/** A table of the file, and what its rows become. */
export interface TinyDbTable {
  readonly name: string;
  readonly type: string;
  readonly known: KnownTable;
  readonly ids: TableIds;
  /** By their document numbers as texts, as the original gives them. */
  readonly rows: readonly RowPlace[];
  /** How many rows of the tables before it can be records. */
  readonly offset: number;
}

/** The tables of a file by their types, as an export has them; those left out that are no objects of rows. */
export function describeTables(places: readonly TablePlace[]): readonly TinyDbTable[] {
  const types = typesOf(places.filter(({ rows }) => rows !== undefined).map(({ name }) => name));
  const held = places.flatMap(({ name, rows }) => {
    return rows === undefined ? [] : [{ name, type: types.get(name) ?? name, rows: rows.toSorted(byText) }];
  });
  const links = (table: string) => held.find(({ name }) => name === table)?.rows.flatMap((row) => row.links) ?? [];
  let offset = 0;
  return held
    .toSorted((a, b) => compareText(a.type, b.type))
    .map(({ name, type, rows }) => {
      const references = name === "Job" ? links("Case") : name === "Case" ? links("Job") : [];
      const ids = new TableIds(rows, references);
      const table = { name, type, known: knownTable(name), ids, rows, offset };
      offset += rows.filter((row) => ids.of(row).id !== undefined).length;
      return table;
    });
}

/** As they were inserted; what is no whole number comes last. */
export function byNumber(a: RowPlace, b: RowPlace): number {
  const [first, second] = [a.number, b.number].map((number) => (/^\d+$/.test(number) ? Number(number) : Infinity));
  return first === second || first === undefined || second === undefined ? byText(a, b) : first - second;
}

function byText(a: RowPlace, b: RowPlace): number {
  return compareText(a.number, b.number);
}
