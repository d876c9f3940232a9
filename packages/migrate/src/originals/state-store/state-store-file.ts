import { HoldfastError } from "@holdfast/core";
import type { DatabaseSync } from "node:sqlite";

import { builtinSqlite } from "./builtin-sqlite.ts";
import { TextReader } from "./cells.ts";
import { resultCode, unlessDamaged } from "./damage.ts";
import { databaseHeader, headerBytes, type DatabaseHeader } from "./database-header.ts";
import { missingColumns } from "./more-columns.ts";
import { privateCopy, type PrivateCopy } from "./private-copy.ts";
import { SourceTable } from "./source-table.ts";
import { knownTables } from "./tables.ts";
import { foreignLog, logDamage, readLog } from "./write-ahead-log.ts";

/** A StateStore's database, opened to be read. The original is never touched. */
export interface StateStoreFile extends AsyncDisposable {
  /** The StateStore's own tables by their names. */
  readonly known: ReadonlyMap<string, SourceTable>;
  /** Tables that the StateStore does not have. */
  readonly others: readonly SourceTable[];
  /** Tables that the StateStore does not have and that have no row numbers, by name. */
  readonly unread: readonly string[];
  /** What is wrong with the file as a whole, in sentences. */
  readonly damage: readonly string[];
  /** What is not there any more or cannot be read, in sentences; which rows that are, nobody knows. */
  readonly lost: readonly string[];
}

const problemsMost = 20;

/**
 * Opens a StateStore's database, with what stands in its write-ahead log. A damaged one is opened as far as it can be
 * read. STORE_UNAVAILABLE where there is none or it cannot be read now; INVALID_CONFIG for what is no file; STORE_CORRUPT
 * for a file that is no database, is no StateStore's, or whose log or tables cannot be made out.
 */
export async function openStateStoreFile(path: string): Promise<StateStoreFile> {
  const copy = await privateCopy(path);
  try {
    const header = await requireHeader(path, copy);
    const lost = [await requireOwnLog(path, copy, header), await lengthened(copy, header)].flatMap(
      (each) => each ?? [],
    );
    const file = openCopy(path, { copy, lost });
    if (copy.log !== undefined && file.damage.length > 0) await refuseDamagingLog(path, file);
    return file;
  } catch (thrown) {
    await copy[Symbol.asyncDispose]();
    throw thrown;
  }
}

function openCopy(
  path: string,
  { copy, lost }: { readonly copy: PrivateCopy; readonly lost: readonly string[] },
): StateStoreFile {
  const { DatabaseSync: Database } = builtinSqlite();
  const database = new Database(copy.path, { enableForeignKeyConstraints: false });
  try {
    const tables = readTables(path, { database, lost });
    const damage = integrityProblems(database);
    const dispose = async (): Promise<void> => {
      database.close();
      await copy[Symbol.asyncDispose]();
    };
    return { ...tables, damage, lost, [Symbol.asyncDispose]: dispose };
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

async function requireHeader(path: string, copy: PrivateCopy): Promise<DatabaseHeader> {
  if (copy.bytes === 0) throw corrupt(path, "is empty: there is no database in it");
  const header = databaseHeader(await copy.start(headerBytes));
  if (header !== undefined) return header;
  throw corrupt(path, "is not an SQLite database: it is of another kind, encrypted, or damaged at its beginning");
}

/** The sentence that says what of the log is not read; STORE_CORRUPT where it is another database's. */
async function requireOwnLog(path: string, copy: PrivateCopy, header: DatabaseHeader): Promise<string | undefined> {
  const log = copy.log === undefined ? undefined : await readLog(copy.log);
  if (log === undefined) return undefined;
  const reason = foreignLog(log, header);
  if (reason !== undefined) throw wrongLog(path, reason);
  return logDamage(log);
}

/** A file that is whole by itself, and is not with its log, has another's. */
async function refuseDamagingLog(path: string, file: StateStoreFile): Promise<void> {
  await using alone = await privateCopy(path, "without its log");
  const { DatabaseSync: Database } = builtinSqlite();
  const database = new Database(alone.path);
  const isWhole = integrityProblems(database).length === 0;
  database.close();
  if (!isWhole) return;
  await file[Symbol.asyncDispose]();
  throw wrongLog(path, "the file is whole without it, and damaged with it");
}

function wrongLog(path: string, reason: string): HoldfastError {
  return corrupt(
    path,
    `has a write-ahead log beside it, "${path}-wal", that belongs to another database: ${reason}. Put its own log there, or move this one away to read the file without it`,
  );
}

/** Fills up what is missing at the end with nothing, so that the rest can be read; the sentence that says so. */
async function lengthened(copy: PrivateCopy, { pages, pageSize }: DatabaseHeader): Promise<string | undefined> {
  const expected = pages === undefined ? 0 : pages * pageSize;
  const isCut = copy.bytes < expected || copy.bytes % pageSize !== 0;
  if (!isCut || copy.log !== undefined) return undefined;
  await copy.lengthen(Math.max(expected, Math.ceil(copy.bytes / pageSize) * pageSize));
  return `the file is cut off: it has ${copy.bytes} bytes of ${expected}`;
}

function readTables(
  path: string,
  { database, lost }: { readonly database: DatabaseSync; readonly lost: readonly string[] },
): Pick<StateStoreFile, "known" | "others" | "unread"> {
  try {
    const texts = new TextReader(String(database.prepare("PRAGMA encoding").get()?.["encoding"]));
    const tables = database
      .prepare("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name")
      .all()
      .map(({ name, wr }) => ({ name: String(name), isNumbered: wr === 0 }))
      .filter(({ name }) => !name.startsWith("sqlite_"));
    const names = tables.flatMap(({ name, isNumbered }) => (isNumbered ? name : []));
    const known = names.filter((name) => knownTables.some(({ table }) => table === name.toLowerCase()));
    if (known.length === 0) {
      throw corrupt(path, ['is a database, but no StateStore: it has no table "runs"', ...lost].join("; "));
    }
    const open = (name: string): SourceTable => new SourceTable(database, name, texts);
    return {
      known: new Map(known.map((name) => [name.toLowerCase(), requireColumns(path, open(name))])),
      others: names.filter((name) => !known.includes(name)).map(open),
      unread: tables.flatMap(({ name, isNumbered }) => (isNumbered ? [] : name)),
    };
  } catch (thrown) {
    // A damaged description may also be one of columns that cannot be asked for.
    if (resultCode(thrown) === undefined) throw thrown;
    throw corrupt(path, "is damaged where its tables are described, so none of them can be read", thrown);
  }
}

/** A column that holds NULL where the StateStore has nothing to say may be missing; no other may. */
function requireColumns(path: string, source: SourceTable): SourceTable {
  const known = knownTables.find(({ table }) => table === source.name.toLowerCase());
  const missing = known === undefined ? [] : missingColumns(source.columns, known);
  const [needed] = missing.filter(({ instead }) => instead !== undefined);
  if (needed === undefined) return source;
  throw corrupt(path, `is no StateStore: its table "${source.name}" has no column "${needed.column}"`);
}

/** What SQLite finds wrong; a value that a column does not allow is a matter of its row. */
function integrityProblems(database: DatabaseSync): readonly string[] {
  const found = unlessDamaged(() => database.prepare(`PRAGMA integrity_check(${problemsMost})`).all());
  if (found === undefined) return ["the file is damaged"];
  return found
    .flatMap((row) => String(row["integrity_check"]).split("\n"))
    .filter((line) => line !== "ok" && !line.startsWith("***") && !/^(?:NULL|non-\w+) value in/.test(line))
    .map((line) => `the file is damaged: ${line}`);
}

function corrupt(path: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(`"${path}" ${what}`, { code: "STORE_CORRUPT", cause, details: { path } });
}
