import { HoldfastError } from "@holdfast/core";

import { JsonScanner, mark } from "./json-scanner.ts";
import { isLosslessList, isLosslessObject, type LosslessJson, type LosslessObject } from "./lossless-json.ts";
import { readJson, readValue } from "./read-json.ts";
import { corruptText, notUtf8At } from "./text-damage.ts";

const notText = "bytes that are no UTF-8";

/** Where in the file something stands, in bytes. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A row that was read once, to see that it is whole, and is read again when its turn comes. */
export interface RowPlace extends Place {
  /** Its document number, as it stands in the file. */
  readonly number: string;
  readonly form: "object" | "too deep" | "other";
  /** Undefined where it has none. */
  readonly id: LosslessJson | undefined;
  readonly createdAt: string | undefined;
  /** What it refers to: `job_id`, or each of `case_ids`. */
  readonly links: readonly LosslessJson[];
}

export interface TablePlace extends Place {
  readonly name: string;
  /** In the order of the file; undefined where it is not an object of rows. */
  readonly rows: readonly RowPlace[] | undefined;
}

/** A table or row that another one of its name, further on in the file, stands for. */
export interface ReplacedPlace extends Place {
  readonly table: string;
  /** Undefined for a whole table. */
  readonly row: string | undefined;
}

export interface TinyDbFile {
  readonly bytes: Buffer;
  readonly hasMark: boolean;
  readonly tables: readonly TablePlace[];
  readonly replaced: readonly ReplacedPlace[];
  /** What stands behind the end of the data; undefined where there is nothing. */
  readonly leftOver: (Place & { readonly what: "NUL bytes" | "a second root" | "a remainder" }) | undefined;
}

/**
 * Finds the rows of a file in TinyDB's form, each read once, and pauses behind each row. Such a file is written from its
 * start and cut at its end afterwards: so where something stands behind the first root, that root is whole, and newer
 * than the rest. STORE_CORRUPT with the place where there is no whole root, or it is no object.
 */
export function* findRows(given: Uint8Array): Generator<undefined, TinyDbFile> {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const hasMark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  refuseUtf16(bytes);
  const damaged = notUtf8At(bytes);
  const scanner = new JsonScanner(bytes.subarray(0, damaged), hasMark ? 3 : 0);
  try {
    const found = yield* readRoot(scanner);
    if (damaged !== undefined && !found.isObject) throw corruptText(bytes, damaged, notText);
    const isWhole = scanner.isAtEnd && damaged === undefined;
    const leftOver = isWhole ? undefined : describeLeftOver(bytes, { start: found.end, end: bytes.length });
    return { bytes, hasMark, tables: found.tables, replaced: found.replaced, leftOver };
  } catch (error) {
    if (damaged === undefined || !scanner.isAtEnd) throw error;
    throw corruptText(bytes, damaged, notText);
  }
}

function refuseUtf16(bytes: Buffer): void {
  const [first = 1, second = first] = bytes;
  const hasMark = first + second === 0xfe + 0xff && Math.max(first, second) === 0xff;
  if (hasMark || (first === 0) !== (second === 0)) throw corruptText(bytes, 0, "it is UTF-16 and not UTF-8");
}

interface Root {
  readonly tables: readonly TablePlace[];
  readonly replaced: readonly ReplacedPlace[];
  readonly isObject: boolean;
  /** The byte behind it. */
  readonly end: number;
}

/** The scanner stands behind the root then, and behind the white space that follows. */
function* readRoot(scanner: JsonScanner): Generator<undefined, Root> {
  const { bytes, at: start } = scanner;
  if (scanner.isAtEnd) return { tables: [], replaced: [], isObject: false, end: start };
  scanner.skipSpace();
  if (scanner.isAtEnd) throw corruptText(bytes, start, "it holds nothing but white space");
  const replaced: ReplacedPlace[] = [];
  const isObject = scanner.take(mark.openObject);
  const tables = isObject ? yield* readTables(scanner, replaced) : readEmpty(scanner);
  const end = scanner.at;
  scanner.skipSpace();
  return { tables, replaced, isObject, end };
}

/** `null` is an empty file too, when nothing follows it. */
function readEmpty(scanner: JsonScanner): readonly TablePlace[] {
  const { at } = scanner;
  const isNull = readValue(scanner) === null;
  scanner.skipSpace();
  if (isNull && scanner.isAtEnd) return [];
  throw corruptText(scanner.bytes, at, "it does not hold an object of tables");
}

function* readTables(scanner: JsonScanner, replaced: ReplacedPlace[]): Generator<undefined, readonly TablePlace[]> {
  const tables = new Map<string, TablePlace>();
  for (const { name, start } of members(scanner)) {
    const rows = scanner.take(mark.openObject) ? yield* readRows(scanner, name, replaced) : undefined;
    if (rows === undefined) refuseOwnFile(name, readValue(scanner));
    const before = tables.get(name);
    if (before !== undefined) replaced.push({ table: name, row: undefined, start: before.start, end: before.end });
    tables.set(name, { name, rows, start, end: scanner.at });
  }
  const [first] = tables.values();
  const hasRows = [...tables.values()].some(({ rows }) => rows !== undefined);
  if (first === undefined || hasRows) return [...tables.values()];
  throw corruptText(scanner.bytes, first.start, "it does not hold an object of tables");
}

function* readRows(
  scanner: JsonScanner,
  table: string,
  replaced: ReplacedPlace[],
): Generator<undefined, readonly RowPlace[]> {
  const rows = new Map<string, RowPlace>();
  for (const { name: number, start } of members(scanner)) {
    const row = describeRow(table, readValue(scanner));
    const before = rows.get(number);
    if (before !== undefined) replaced.push({ table, row: number, start: before.start, end: before.end });
    rows.set(number, { number, ...row, start, end: scanner.at });
    yield;
  }
  return [...rows.values()];
}

/** The names of an object that was opened, each with the place of its value, which is to be read before the next. */
function* members(scanner: JsonScanner): Generator<{ readonly name: string; readonly start: number }> {
  if (scanner.take(mark.closeObject)) return;
  do {
    const name = scanner.readName();
    scanner.skipSpace();
    yield { name, start: scanner.at };
  } while (scanner.take(mark.comma));
  scanner.expect(mark.closeObject);
}

function describeRow(table: string, row: LosslessJson | undefined): Omit<RowPlace, "number" | keyof Place> {
  if (!isLosslessObject(row)) {
    return { form: row === undefined ? "too deep" : "other", id: undefined, createdAt: undefined, links: [] };
  }
  const created = row.get("created_at");
  const createdAt = typeof created === "string" ? created : undefined;
  return { form: "object", id: row.get("id"), createdAt, links: linksOf(table, row) };
}

function linksOf(table: string, row: LosslessObject): readonly LosslessJson[] {
  if (table !== "Job" && table !== "Case") return [];
  const [name, own] = table === "Job" ? ["case_ids", "caseIds"] : ["job_id", "jobId"];
  const held = row.has(name) ? row.get(name) : row.get(own);
  if (table === "Job") return isLosslessList(held) ? held : [];
  return held === undefined ? [] : [held];
}

function describeLeftOver(bytes: Buffer, { start, end }: Place): TinyDbFile["leftOver"] {
  const rest = bytes.subarray(start, end);
  if (rest.every((byte) => byte === 0)) return { start, end, what: "NUL bytes" };
  try {
    readJson(rest);
    return { start, end, what: "a second root" };
  } catch {
    return { start, end, what: "a remainder" };
  }
}

/** A JSON store of this product often has the same file name. */
function refuseOwnFile(name: string, value: LosslessJson | undefined): void {
  if (name !== "holdfast" || typeof value !== "number") return;
  throw new HoldfastError("the file is a store of Holdfast's, not TinyDB's: open it as json: and its path", {
    code: "INVALID_CONFIG",
  });
}
