import assert from "node:assert/strict";

import type {
  CheckProblem,
  JsonObject,
  JsonValue,
  Query,
  Store,
  StoredRecord,
  StoreSession,
  WriteOp,
} from "@holdfast/core";

import { put } from "./ops.ts";

/** Writes one record and gives it back as stored. */
export async function save(
  session: Pick<StoreSession, "write">,
  type: string,
  id: string,
  body: JsonObject = {},
): Promise<StoredRecord> {
  const [result] = await session.write([put(type, id, body)]);
  assert.ok(result?.ok === true && result.record !== undefined, `the put of ${type} ${id} answered ${show(result)}`);
  return result.record;
}

/** Writes ops none of which may be refused. */
export async function writeAll(session: Pick<StoreSession, "write">, ops: readonly WriteOp[]): Promise<void> {
  const results = await session.write(ops);
  const refused = results.find((result) => !result.ok);
  assert.equal(refused, undefined, `an op was refused: ${show(refused)}`);
  assert.equal(results.length, ops.length, "one result an op");
}

export async function read(
  session: Pick<StoreSession, "get">,
  type: string,
  id: string,
): Promise<StoredRecord | undefined> {
  const [record] = await session.get(type, [id]);
  return record;
}

/** The record, which must be stored. */
export async function readStored(session: Pick<StoreSession, "get">, type: string, id: string): Promise<StoredRecord> {
  const record = await read(session, type, id);
  assert.ok(record !== undefined, `${type} ${JSON.stringify(id)} must be stored`);
  return record;
}

export async function fieldOf(
  session: Pick<StoreSession, "get">,
  type: string,
  id: string,
  field: string,
): Promise<JsonValue | undefined> {
  return (await read(session, type, id))?.body[field];
}

export async function findIds(session: Pick<StoreSession, "find">, query: Query): Promise<readonly string[]> {
  const { records } = await session.find(query);
  return records.map(({ id }) => id);
}

/** What is wrong with the data by the store's own check; how its server is set up is not the suite's business. */
export async function problemsOf(store: Pick<Store, "check">): Promise<readonly CheckProblem[]> {
  const { problems } = await store.check();
  return problems.filter(({ kind }) => kind !== "settings");
}

/** For messages: stays short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
  return text === undefined ? String(value) : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Hands a value of the wrong type to a typed call, to see it refused. */
export function wrongly<T>(value: unknown): T {
  return value as T;
}

/** 0, 1, 2 and so on: `count` numbers. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_each, at) => at);
}
