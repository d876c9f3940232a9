import { defaultTenant, isTypeName, type JsonObject } from "@holdfast/core";

import type { ImportLedger } from "./import-ledger.ts";
import type { ImportRow } from "./import-writer.ts";
import { JsonScanner } from "./json-scanner.ts";
import { isLosslessObject, type JsonPath, losslessText } from "./lossless-json.ts";
import { originalTime } from "./original-time.ts";
import { readValue } from "./read-json.ts";
import type { ValueChange } from "./storable-json.ts";
import type { Fields } from "./tinydb-fields.ts";
import type { Place, RowPlace, TinyDbFile } from "./tinydb-file.ts";
import { redactRow } from "./tinydb-redaction.ts";
import { TinyDbRelations } from "./tinydb-relations.ts";
import { convertRow } from "./tinydb-row.ts";
import { byNumber, describeTables, type TinyDbTable } from "./tinydb-tables.ts";

export interface RowOptions {
  /** When the first row counts as created, in microseconds since the epoch; each row after it one microsecond later. */
  readonly created: number;
  readonly listOrder: "docIdText" | "insertion";
  readonly redact: boolean;
  readonly tenant?: string | undefined;
  /** The types whose rows come first, in this order. @default that of their names */
  readonly order?: readonly string[];
}

interface ConvertedRow {
  readonly body: JsonObject;
  readonly changes: readonly ValueChange[];
  /** Where a secret stood. */
  readonly secrets: readonly JsonPath[];
}

/** Makes records of the rows of a file, one at a time, and tells the ledger what becomes of each. */
export class TinyDbReader {
  readonly tables: readonly TinyDbTable[];
  readonly #file: TinyDbFile;
  readonly #relations: TinyDbRelations;

  constructor(file: TinyDbFile) {
    this.#file = file;
    this.tables = describeTables(file.tables);
    this.#relations = new TinyDbRelations(this.tables);
  }

  /** The earliest time at which a row says that it was made; undefined where none says. */
  get earliest(): number | undefined {
    let earliest: number | undefined;
    for (const { rows, ids } of this.tables) {
      for (const row of rows) {
        const { createdAt = "" } = ids.of(row).id === undefined ? {} : row;
        const time = originalTime(createdAt);
        if (time !== undefined && time >= 0 && (earliest === undefined || time < earliest)) earliest = time;
      }
    }
    return earliest;
  }

  *rows(ledger: ImportLedger, options: RowOptions): Generator<ImportRow, undefined> {
    this.#tellTheFile(ledger, options);
    const { order = this.tables.map(({ type }) => type), listOrder } = options;
    for (const type of order) {
      const table = this.tables.find((each) => each.type === type);
      if (table === undefined) continue;
      const rows = listOrder === "insertion" ? table.rows.toSorted(byNumber) : table.rows;
      let created = options.created + table.offset;
      for (const place of rows) {
        const row = this.#readRow({ table, place, ledger, options }, created);
        if (table.ids.of(place).id !== undefined) created++;
        if (row !== undefined) yield row;
      }
    }
    return undefined;
  }

  #tellTheFile(ledger: ImportLedger, options: RowOptions): void {
    const { hasMark, leftOver, replaced, tables } = this.#file;
    if (hasMark) ledger.note({ reason: "the file begins with a byte order mark" });
    if (leftOver !== undefined) {
      const { start, end, what } = leftOver;
      const reason = `${end - start} bytes stand behind the end of the data, from byte ${start} on: ${what}`;
      ledger.refuse({ reason });
    }
    for (const { name, type, rows } of this.tables) {
      const again = replaced.filter(({ table, row }) => table === name && row !== undefined);
      ledger.addTable({ table: name, type, rows: rows.length + again.length });
      if (rows.length === 0) ledger.note({ table: name, reason: "it has no rows" });
    }
    for (const { table, row, ...place } of replaced) {
      const reason = `another ${row === undefined ? "table" : "row"} of this name follows, and that one counts`;
      ledger.refuse({ table, ...(row !== undefined && { row }), reason, ...this.#quote(place, options) });
    }
    for (const { name, rows, ...place } of tables) {
      if (rows !== undefined) continue;
      ledger.refuse({ table: name, reason: "it is not an object of rows", ...this.#quote(place, options) });
    }
    for (const { name, type } of this.tables) {
      if (type === name || ledger.leavesOutChanged) continue;
      ledger.change({ table: name, reason: badName, was: JSON.stringify(name), became: JSON.stringify(type) });
    }
  }

  #readRow({ table, place, ledger, options }: Turn, created: number): ImportRow | undefined {
    const problem = { table: table.name, row: place.number };
    const quote = (): Quote => this.#quote(place, options, table.known.fields);
    if (!/^\d+$/.test(place.number)) ledger.note({ ...problem, reason: "its document number is no whole number" });
    const { id, reason } = table.ids.of(place);
    if (id === undefined) {
      ledger.refuse({ ...problem, reason, ...quote() });
      return undefined;
    }
    const { body, changes, secrets } = this.#convert({ table, place, ledger, options }, id);
    const [first] = isTypeName(table.name) ? changes : [{ reason: badName }];
    if (first !== undefined && ledger.leavesOutChanged) {
      ledger.refuse({ ...problem, id, reason: `it would have to be changed: ${first.reason}`, ...quote() });
      return undefined;
    }
    for (const change of changes) ledger.change({ ...problem, id, ...change });
    for (const path of secrets) ledger.note({ ...problem, id, path, reason: "a secret was replaced" });
    for (const note of this.#relations.notes(table.name, id, body)) ledger.note({ ...problem, id, ...note });
    const { tenant = defaultTenant } = options;
    const record = { type: table.type, tenant, id, version: 1, documentVersion: 1, created, updated: created, body };
    return { record, ...problem, bytes: place.end - place.start, was: () => quote().was };
  }

  #convert({ table, place, options }: Turn, id: string): ConvertedRow {
    const changes: ValueChange[] = [];
    const secrets: JsonPath[] = [];
    const row = readValue(new JsonScanner(this.#file.bytes, place.start), (path, replaced) => {
      const reason = "the name stands twice in its object, and the last one counts";
      changes.push({ path, reason, ...(!options.redact && { was: losslessText(replaced) }) });
    });
    const { known } = table;
    const whole = isLosslessObject(row) ? row : new Map<string, never>();
    const shown = options.redact ? redactRow(whole, known.fields, (path) => secrets.push(path)) : whole;
    const follow = (name: string, reference: Parameters<typeof losslessText>[0]): typeof reference =>
      this.tables.find((each) => each.name === name)?.ids.follow(reference) ?? reference;
    const body = convertRow(shown, { id, known, follow, onChange: (change) => changes.push(change) });
    return { body, changes, secrets };
  }

  /** What stands at a place, for the report; nothing where a secret may be in it that cannot be told from the rest. */
  #quote({ start, end }: Place, { redact }: RowOptions, fields?: Fields): Quote {
    if (!redact) return { was: this.#file.bytes.toString("utf8", start, end) };
    const row = fields === undefined ? undefined : readValue(new JsonScanner(this.#file.bytes, start));
    if (fields === undefined || !isLosslessObject(row)) return {};
    return { was: losslessText(redactRow(row, fields, () => undefined)) };
  }
}

const badName = "no type can have the name of its table";

interface Quote {
  readonly was?: string;
}

interface Turn {
  readonly table: TinyDbTable;
  readonly place: RowPlace;
  readonly ledger: ImportLedger;
  readonly options: RowOptions;
}
