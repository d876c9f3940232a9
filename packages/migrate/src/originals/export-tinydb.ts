import { compareText, type Store, type StoredRecord, type StoreSession } from "@holdfast/core";

import { checkBatch } from "../batch-size.ts";
import { collections } from "../collections.ts";
import { pagesInOrder } from "../read-pages.ts";
import { withSignal } from "../with-signal.ts";
import { documentNumbers } from "./document-numbers.ts";
import { asciiText, pythonJson } from "./python-json.ts";
import { knownTable } from "./tinydb-fields.ts";

export interface ExportTinyDbOptions {
  /** The types to be exported. @default all of the tenant */
  readonly types?: readonly string[];
  /**
   * How rows are numbered: so that the original, which orders document numbers as texts, lists them as they were
   * created; or one after the other, as they were inserted. @default "docIdText"
   */
  readonly listOrder?: "docIdText" | "insertion";
  /** Records that are read at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Ends the export with ABORTED. */
  readonly signal?: AbortSignal;
}

/**
 * The records of a store's tenant as the text of a file in TinyDB's format, to the byte as the original writes it: each
 * type a table, each record a document under its `id`, with the original's names for the known fields of jobs and cases.
 * Times stand as they do in the documents. Versions, tombstones and the times of the records themselves have no place
 * there. Imported, it gives the same documents in the same order. All of it is of one moment.
 *
 * `writeTinyDb` is for what is larger than a text can be.
 */
export async function exportTinyDb(store: Store, options: ExportTinyDbOptions = {}): Promise<string> {
  const pieces: string[] = [];
  await writeTinyDb(store, (piece) => void pieces.push(piece), options);
  return pieces.join("");
}

/** A type of which records were exported. */
export interface ExportedTable {
  readonly table: string;
  readonly records: number;
}

/**
 * As `exportTinyDb`, piece by piece, each a part of a line or some of them, in ASCII; the next waits for `write`. Says which
 * tables were written.
 */
export async function writeTinyDb(
  store: Store,
  write: (piece: string) => void | Promise<void>,
  options: ExportTinyDbOptions = {},
): Promise<readonly ExportedTable[]> {
  const batch = checkBatch(options.batch);
  const source = withSignal(store, options.signal);
  const held = (await collections(source)).filter(({ tenant }) => tenant === source.tenantName);
  const types = held.map(({ type }) => type).filter((type) => options.types?.includes(type) ?? true);
  const work = async (session: StoreSession): Promise<readonly ExportedTable[]> => {
    const tables: ExportedTable[] = [];
    let opening = "{";
    for (const type of types.toSorted(compareText)) {
      const count = await session.count(type);
      if (count === 0) continue;
      await write(`${opening}\n  ${asciiText(type)}: `);
      const rows = numbered(session, { type, count, batch });
      await writeRows(options.listOrder === "insertion" ? inserted(rows) : rows, write);
      opening = ",";
      tables.push({ table: type, records: count });
    }
    await write(opening === "{" ? "{}" : "\n}");
    return tables;
  };
  return await source.transaction(work, { readOnly: true, timeoutMs: Infinity });
}

interface NumberedRow {
  readonly number: number;
  readonly text: string;
}

interface TypeToExport {
  readonly type: string;
  readonly count: number;
  readonly batch: number;
}

/** In the order in which they were created. */
async function* numbered(session: StoreSession, { type, count, batch }: TypeToExport): AsyncGenerator<NumberedRow> {
  const numbers = documentNumbers(count);
  for await (const records of pagesInOrder(session, type, batch)) {
    for (const record of records) yield { number: numbers.next().value ?? 0, text: rowText(record) };
  }
}

/** Numbered one after the other, and then in the order of the numbers' texts: all of them have to be known for that. */
async function* inserted(rows: AsyncIterable<NumberedRow>): AsyncGenerator<NumberedRow> {
  const texts: string[] = [];
  for await (const { text } of rows) texts.push(text);
  for (const number of documentNumbers(texts.length)) yield { number, text: texts[number - 1] ?? "" };
}

async function writeRows(
  rows: AsyncIterable<NumberedRow>,
  write: (piece: string) => void | Promise<void>,
): Promise<void> {
  let opening = "{";
  for await (const { number, text } of rows) {
    await write(`${opening}\n    "${number}": ${text}`);
    opening = ",";
  }
  await write("\n  }");
}

function rowText({ type, id, body }: StoredRecord): string {
  const { fields } = knownTable(type);
  return pythonJson({ ...body, id }, "    ", { fields });
}
