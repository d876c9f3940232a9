/**
 * The first original's way, written by hand: one JSON file of tables of numbered documents, keys sorted, indented by two,
 * all ASCII. Each call parses the whole file; each write puts all of it in place, flushes, syncs and cuts the rest off. An
 * insert is an update that matches nothing, and then the insert, so it reads and writes the file twice. Nothing is
 * locked, and a crash within a write leaves a torn file.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { isJsonObject, parseJson } from "@holdfast/core";
import type { JsonValue } from "@holdfast/core";
import type { ItemKeeper } from "./item-keeper.ts";
import type { Item } from "./item.ts";

type Table = Record<string, Readonly<Record<string, JsonValue>>>;

const tableName = "Item";

export function originalJsonFile(path: string): ItemKeeper {
  const file = openSync(path, "w+");
  let lastNumber = 0;

  const changed = (change: (table: Table) => void): void => {
    const table = readTable(file);
    change(table);
    writeWhole(file, JSON.stringify(sorted({ [tableName]: table }), undefined, 2));
  };
  const insert = (items: readonly Item[]): void =>
    changed((table) => {
      for (const item of items) table[++lastNumber] = item;
    });

  return {
    async save(item) {
      let isFound = false;
      changed((table) => {
        for (const [number, row] of Object.entries(table)) {
          if (row["id"] !== item.id) continue;
          table[number] = { ...row, ...item };
          isFound = true;
        }
      });
      if (!isFound) insert([item]);
      return Promise.resolve();
    },
    async saveBatch(items) {
      return Promise.resolve(insert(items));
    },
    async remove(ids) {
      const gone = new Set<JsonValue | undefined>(ids);
      changed((table) => {
        for (const [number, row] of Object.entries(table)) if (gone.has(row["id"])) delete table[number];
      });
      return Promise.resolve();
    },
    count: () => Promise.resolve(Object.keys(readTable(file)).length),
    async [Symbol.asyncDispose]() {
      return Promise.resolve(closeSync(file));
    },
  };
}

function readTable(file: number): Table {
  const bytes = Buffer.allocUnsafe(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.byteLength, 0);
  const tables = bytes.byteLength === 0 ? {} : parseJson(bytes.toString());
  const table = isJsonObject(tables) ? tables[tableName] : undefined;
  return isJsonObject(table) ? (table as Table) : {};
}

function writeWhole(file: number, text: string): void {
  const ascii = text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = Buffer.from(ascii);
  for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at, bytes.byteLength - at, at);
  fsyncSync(file);
  ftruncateSync(file, bytes.byteLength);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
