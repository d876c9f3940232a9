import { HoldfastError } from "@holdfast/core";
import type { CheckProblem } from "@holdfast/core";
import type { SqlResult, Statement } from "@holdfast/store-sql";

import { applicationId } from "./dialect.ts";

type Read = (statements: readonly Statement[]) => Promise<readonly SqlResult[]>;

/** Tables that SQLite made by itself are not ours to judge. */
const looseTables =
  "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0 and name not like 'sqlite\\_%' escape '\\'";
const saved =
  "copy what can be read into a new store, or take the last backup; keep the damaged file, and check the disk";

/** What SQLite finds wrong with its pages and indexes, and what somebody has changed of the file since it was made. */
export async function checkDatabase(read: Read): Promise<readonly CheckProblem[]> {
  return [...(await damage(read)), ...(await changedSettings(read))];
}

async function damage(read: Read): Promise<readonly CheckProblem[]> {
  const found = await rowsOf(read, "pragma integrity_check").then(
    (rows) => rows.map((row) => String(row["integrity_check"])).filter((message) => message !== "ok"),
    (thrown: unknown) => {
      if (HoldfastError.is(thrown, "STORE_CORRUPT")) return [thrown.message];
      throw thrown;
    },
  );
  return found.map((message) => ({
    kind: "integrity",
    message: `the database file is damaged (${message}): ${saved}`,
  }));
}

async function changedSettings(read: Read): Promise<readonly CheckProblem[]> {
  const [mode] = await rowsOf(read, "pragma journal_mode");
  const [owner] = await rowsOf(read, "pragma application_id");
  const loose = await rowsOf(read, looseTables);
  const problems = loose.map(({ name }) => {
    return `the table "${String(name)}" was made anew without STRICT, so its columns may hold anything: copy the store into a new one`;
  });
  if (mode?.["journal_mode"] !== "wal") {
    problems.push(
      `the database was turned to the journal mode "${String(mode?.["journal_mode"])}", in which readers hold up writers: open the store once to write, which turns the log on again`,
    );
  }
  if (owner?.["application_id"] !== applicationId) {
    problems.push(
      `the file no longer says that it is a store's, and will not be opened again: run "pragma application_id = ${applicationId}" on it`,
    );
  }
  return problems.map((message) => ({ kind: "settings", message }));
}

async function rowsOf(read: Read, sql: string): Promise<SqlResult["rows"]> {
  const [result] = await read([{ sql, parameters: [] }]);
  return result?.rows ?? [];
}
