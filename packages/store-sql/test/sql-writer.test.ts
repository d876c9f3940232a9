import { HoldfastError, liftNothing } from "@holdfast/core";
import type { SqlConnection, SqlResult, Statement } from "@holdfast/store-sql";
import { expect, test } from "vitest";

import { ModelCache } from "../src/model-cache.ts";
import { queryBuilder } from "../src/query-builder.ts";
import { SqlWriter } from "../src/sql-writer.ts";
import { Templates } from "../src/statement.ts";
import { StoredModel } from "../src/stored-model.ts";
import { plainDialect } from "./plain-dialect.ts";

/** A connection that fails once when it is told to, and otherwise finds nothing. */
class FailingConnection implements SqlConnection {
  readonly sent: string[] = [];
  failure: HoldfastError | undefined;

  async begin(): Promise<readonly SqlResult[]> {
    return [];
  }

  async execute(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    this.sent.push(...statements.map(({ sql }) => sql));
    return statements.map(() => ({ rows: [], affected: 0 }));
  }

  async commit(): Promise<void> {}
  async rollback(): Promise<void> {}
}

function open(mode: "read" | "write" = "write") {
  const connection = new FailingConnection();
  const builder = queryBuilder(plainDialect.kysely, undefined);
  const context = { dialect: plainDialect, schema: undefined, builder, templates: new Templates(), lift: liftNothing };
  const models = new ModelCache(new StoredModel(1, { types: [] }));
  const tenants = new Set<string>();
  return { connection, writer: new SqlWriter({ context, connection, models, clock: () => 1, mode, tenants }) };
}

function refused(): HoldfastError {
  return new HoldfastError("a unique index refused it", { code: "UNIQUE_VIOLATION" });
}

test("the first failure dooms a transaction, even where the work goes on", async () => {
  const { connection, writer } = open();
  connection.failure = refused();
  await expect(writer.get("t", "Note", ["a"])).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  await expect(writer.get("t", "Note", ["a"])).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  expect(connection.sent).toEqual([]);
  expect(() => writer.throwFailure()).toThrow(expect.objectContaining({ code: "UNIQUE_VIOLATION" }));
});

test("a failure inside a savepoint dooms the savepoint alone, even where its work swallows it", async () => {
  const { connection, writer } = open();
  const inner = writer.savepoint(async (level) => {
    connection.failure = refused();
    await level.get("t", "Note", ["a"]).catch(() => undefined);
  });
  await expect(inner).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  expect(connection.sent).toEqual(["savepoint level_1", "rollback to savepoint level_1", "release savepoint level_1"]);
  expect(await writer.get("t", "Note", ["a"])).toEqual([undefined]);
  expect(() => writer.throwFailure()).not.toThrow();
});

test("a savepoint that cannot be undone dooms the whole transaction", async () => {
  const { connection, writer } = open();
  const inner = writer.savepoint(async () => {
    connection.failure = new HoldfastError("gone", { code: "STORE_UNAVAILABLE" });
    throw new Error("the work's own");
  });
  await expect(inner).rejects.toThrow("the work's own");
  expect(() => writer.throwFailure()).toThrow(expect.objectContaining({ code: "STORE_UNAVAILABLE" }));
});

test("a lock that was not to be had within a transaction is a conflict: the whole may be done again", async () => {
  const { connection, writer } = open();
  connection.failure = new HoldfastError("locked", { code: "STORE_BUSY" });
  await expect(writer.get("t", "Note", ["a"])).rejects.toMatchObject({ code: "TRANSACTION_CONFLICT", retryable: true });
});

test("a transaction that reads does not write", async () => {
  const { writer } = open("read");
  await expect(writer.apply([])).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
});
