import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { ErrorCode } from "@holdfast/core";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";

import { classifyError } from "../src/classify-error.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

type Expected = readonly [code: ErrorCode, again?: "retry"];

const families: Readonly<Record<string, Expected>> = {
  SQLITE_ERROR: ["BACKEND_FAILURE"],
  SQLITE_INTERNAL: ["BACKEND_FAILURE"],
  SQLITE_PERM: ["STORE_READ_ONLY"],
  SQLITE_ABORT: ["BACKEND_FAILURE"],
  SQLITE_BUSY: ["STORE_BUSY", "retry"],
  SQLITE_LOCKED: ["STORE_BUSY", "retry"],
  SQLITE_NOMEM: ["STORE_UNAVAILABLE", "retry"],
  SQLITE_READONLY: ["STORE_READ_ONLY"],
  SQLITE_INTERRUPT: ["ABORTED"],
  SQLITE_IOERR: ["STORE_UNAVAILABLE"],
  SQLITE_CORRUPT: ["STORE_CORRUPT"],
  SQLITE_NOTFOUND: ["BACKEND_FAILURE"],
  SQLITE_FULL: ["STORE_FULL"],
  SQLITE_CANTOPEN: ["STORE_UNAVAILABLE"],
  SQLITE_PROTOCOL: ["STORE_BUSY", "retry"],
  SQLITE_EMPTY: ["BACKEND_FAILURE"],
  SQLITE_SCHEMA: ["TRANSACTION_CONFLICT", "retry"],
  SQLITE_TOOBIG: ["DOCUMENT_TOO_LARGE"],
  SQLITE_CONSTRAINT: ["BACKEND_FAILURE"],
  SQLITE_MISMATCH: ["BACKEND_FAILURE"],
  SQLITE_MISUSE: ["BACKEND_FAILURE"],
  SQLITE_NOLFS: ["STORE_FULL"],
  SQLITE_AUTH: ["BACKEND_FAILURE"],
  SQLITE_FORMAT: ["BACKEND_FAILURE"],
  SQLITE_RANGE: ["BACKEND_FAILURE"],
  SQLITE_NOTADB: ["STORE_CORRUPT"],
};

/** The members of families that do not mean what their family means. */
const exceptions: Readonly<Record<string, Expected>> = {
  SQLITE_ERROR_RETRY: ["TRANSACTION_CONFLICT", "retry"],
  SQLITE_ERROR_SNAPSHOT: ["TRANSACTION_CONFLICT", "retry"],
  SQLITE_ABORT_ROLLBACK: ["TRANSACTION_CONFLICT", "retry"],
  SQLITE_BUSY_SNAPSHOT: ["TRANSACTION_CONFLICT", "retry"],
  SQLITE_IOERR_NOMEM: ["STORE_UNAVAILABLE", "retry"],
  SQLITE_IOERR_BLOCKED: ["STORE_BUSY", "retry"],
  SQLITE_IOERR_SHMSIZE: ["STORE_FULL"],
  SQLITE_IOERR_CONVPATH: ["INVALID_CONFIG"],
  SQLITE_IOERR_DATA: ["STORE_CORRUPT"],
  SQLITE_READONLY_DBMOVED: ["STORE_UNAVAILABLE"],
  SQLITE_CANTOPEN_ISDIR: ["INVALID_CONFIG"],
  SQLITE_CANTOPEN_SYMLINK: ["INVALID_CONFIG"],
  SQLITE_CANTOPEN_FULLPATH: ["INVALID_CONFIG"],
  SQLITE_CANTOPEN_CONVPATH: ["INVALID_CONFIG"],
  SQLITE_CONSTRAINT_UNIQUE: ["UNIQUE_VIOLATION"],
  SQLITE_CONSTRAINT_PRIMARYKEY: ["UNIQUE_VIOLATION"],
  SQLITE_CONSTRAINT_ROWID: ["UNIQUE_VIOLATION"],
  SQLITE_CONSTRAINT_FOREIGNKEY: ["REFERENCE_VIOLATION"],
};

const noErrors = /^SQLITE_(?:OK|NOTICE|WARNING|ROW|DONE)(?:_|$)/;

interface ResultCode {
  readonly name: string;
  readonly number: number;
}

/** Every result code of the SQLite that is installed, from its own header. */
function resultCodes(): readonly ResultCode[] {
  const driver = createRequire(import.meta.url).resolve("better-sqlite3/package.json");
  const header = readFileSync(join(driver, "../deps/sqlite3/sqlite3.h"), "utf8");
  const list = /^#define SQLITE_OK [\s\S]*?end-of-error-codes/m.exec(header)?.[0] ?? "";
  const primary = [...list.matchAll(/^#define (SQLITE_[A-Z]+) +(\d+) /gm)].map(([, name = "", number]) => ({
    name,
    number: Number(number),
  }));
  const numbers = new Map(primary.map(({ name, number }) => [name, number]));
  const extended = /^#define (SQLITE_[A-Z_]+) +\((SQLITE_[A-Z]+) *\| *\((\d+)<<8\)\)/gm;
  return [
    ...primary,
    ...[...header.matchAll(extended)].map(([, name = "", family = "", place]) => ({
      name,
      number: (numbers.get(family) ?? 0) | (Number(place) << 8),
    })),
  ].filter(({ name }) => !noErrors.test(name));
}

function thrownWith(code: string): Error {
  return Object.assign(new Error("as SQLite says it"), { code });
}

function familyOf(name: string): string {
  return /^SQLITE_[A-Z]+/.exec(name)?.[0] ?? name;
}

describe("result codes of SQLite", () => {
  const all = resultCodes();

  test("the list is that of the installed SQLite", () => {
    expect(all.length).toBeGreaterThan(90);
    const names = new Set(all.map(({ name }) => name));
    expect([...Object.keys(families), ...Object.keys(exceptions)].filter((name) => !names.has(name))).toEqual([]);
  });

  test.for(all)("$name has a code of ours", ({ name, number }) => {
    const [code, again] = exceptions[name] ?? families[familyOf(name)] ?? [];
    const error = classifyError(thrownWith(name));
    expect(error).toMatchObject({ code, retryable: again === "retry", outcome: "none", details: { code: name } });
    // The driver gives the number of a code that is newer than its own list of names.
    const unnamed = classifyError(thrownWith(`UNKNOWN_SQLITE_ERROR_${number}`));
    expect(unnamed.code).toBe(families[familyOf(name)]?.[0]);
  });
});

describe("errors that SQLite gives", () => {
  const database = new Database(join(folder, "real.db"));
  database.exec(`
    create table parents (id text primary key) strict, without rowid;
    create table children (
      id text primary key, name text not null unique, parent text references parents (id), age integer check (age > 0)
    ) strict;
    insert into children values ('c1', 'ann', null, 7);
  `);

  test.for([
    ["insert into children values ('c2', 'ann', null, 7)", "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE_VIOLATION"],
    ["insert into children values ('c1', 'bob', null, 7)", "SQLITE_CONSTRAINT_PRIMARYKEY", "UNIQUE_VIOLATION"],
    ["insert into children values ('c2', 'bob', 'p9', 7)", "SQLITE_CONSTRAINT_FOREIGNKEY", "REFERENCE_VIOLATION"],
    ["insert into children values ('c2', null, null, 7)", "SQLITE_CONSTRAINT_NOTNULL", "BACKEND_FAILURE"],
    ["insert into children values ('c2', 'bob', null, 0)", "SQLITE_CONSTRAINT_CHECK", "BACKEND_FAILURE"],
    ["insert into children values ('c2', 'bob', null, 'old')", "SQLITE_CONSTRAINT_DATATYPE", "BACKEND_FAILURE"],
    ["select * from nowhere", "SQLITE_ERROR", "BACKEND_FAILURE"],
    ["select zeroblob(3000000000)", "SQLITE_TOOBIG", "DOCUMENT_TOO_LARGE"],
  ] as const)("%s", ([sql, code, expected]) => {
    expect(errorOf(() => database.exec(sql))).toMatchObject({ code: expected, details: { code } });
  });

  test("of a connection that may only read, a folder and a file that is no database", () => {
    const reader = new Database(join(folder, "real.db"), { readonly: true });
    expect(errorOf(() => reader.exec("delete from children"))).toMatchObject({ code: "STORE_READ_ONLY" });
    reader.close();
    expect(errorOf(() => new Database(folder))).toMatchObject({ details: { code: "SQLITE_CANTOPEN" } });
    const text = join(folder, "text.db");
    writeFileSync(text, "no database, and longer than a header of SQLite has to be".repeat(20));
    expect(errorOf(() => new Database(text).exec("select * from sqlite_schema"))).toMatchObject({
      code: "STORE_CORRUPT",
    });
  });

  test("of a lock that another connection holds", () => {
    const other = new Database(join(folder, "real.db"), { timeout: 0 });
    database.exec("begin immediate");
    expect(errorOf(() => other.exec("begin immediate"))).toMatchObject({ code: "STORE_BUSY", retryable: true });
    database.exec("rollback");
    other.close();
  });
});

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    return classifyError(thrown);
  }
}
