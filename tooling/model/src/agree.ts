/** Compares what a store answered with what the reference says. */
import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { Query, RecordPage, Scalar, StoredRecord, WriteOp, WriteResult } from "@holdfast/core";

import { fieldsOf } from "./fields-of.ts";
import { markOf, pageOf } from "./page-of.ts";
import type { Mark } from "./page-of.ts";
import { liveOf } from "./reference.ts";
import type { Live, Reference } from "./reference.ts";
import type { Tenant } from "./world.ts";

/** Tokens that one tenant keeps at most; then the oldest makes room. */
const tokensMost = 12;

export async function failsWith(code: string, answer: Promise<unknown>): Promise<void> {
  const thrown: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.equal(HoldfastError.is(thrown) ? thrown.code : thrown, code);
}

/** Where the reference knows an error, the call must fail with it; else its answer must agree. */
export async function agreeOrFail<T>(
  error: string | undefined,
  answer: Promise<T>,
  agree: (answer: T) => void,
): Promise<void> {
  if (error === undefined) agree(await answer);
  else await failsWith(error, answer);
}

export function agreeOnWrite(reference: Reference, ops: readonly WriteOp[], answers: readonly WriteResult[]): void {
  const verdicts = reference.write(ops, answers);
  assert.equal(answers.length, verdicts.length, "one result an op");
  for (const [at, verdict] of verdicts.entries()) {
    const answer = answers[at];
    const record = answer?.record === undefined ? undefined : liveOf(answer.record);
    const op = ops[at];
    // A restore that was not needed may tell what is stored, and need not.
    const isOpen = op !== undefined && "restore" in op && verdict.entry === undefined;
    assert.deepEqual(
      [answer?.ok, answer?.ok === false ? answer.why : undefined, isOpen ? undefined : record],
      [verdict.ok, verdict.ok ? undefined : verdict.why, verdict.entry],
      `op ${at}`,
    );
  }
}

export function agreeOnGet(
  reference: Reference,
  { type, ids }: { readonly type: string; readonly ids: readonly string[] },
  records: readonly (StoredRecord | undefined)[],
): void {
  assert.deepEqual(
    records.map((record) => (record === undefined ? undefined : liveOf(record))),
    ids.map((id) => reference.get(type, id)),
  );
}

export function agreeOnCounts(rows: readonly Live[], field: string, counts: ReadonlyMap<Scalar, number>): void {
  const expected = new Map<Scalar, number>();
  for (const row of rows) {
    const value = fieldsOf(row)(field);
    expected.set(value, (expected.get(value) ?? 0) + 1);
  }
  assert.deepEqual(counts, expected);
}

/** Compares a page, and keeps its tokens for later. */
export function agreeOnPage(tenant: Tenant, query: Query, mark: Mark | undefined, page: RecordPage): void {
  const { records, ahead, behind } = pageOf(tenant.reference, query, mark);
  const isSlim = query.omit === "body";
  assert.deepEqual(
    page.records.map(liveOf),
    records.map((record) => (isSlim ? { ...record, text: "{}" } : record)),
  );
  const [first, last] = [records[0], records.at(-1)];
  // On the side of its token a page that holds something may go on to where nothing is left; an empty one ends.
  agreeOnToken("next", page.next, { isThere: behind > 0, isOpen: mark?.side === "before" }, last);
  agreeOnToken("previous", page.previous, { isThere: ahead > 0, isOpen: mark?.side === "after" }, first);
  if (page.next !== undefined && last !== undefined) remember(tenant, query, page.next, markOf(last, query, "after"));
  if (page.previous !== undefined && first !== undefined) {
    remember(tenant, query, page.previous, markOf(first, query, "before"));
  }
}

function agreeOnToken(
  name: string,
  token: string | undefined,
  { isThere, isOpen }: { readonly isThere: boolean; readonly isOpen: boolean },
  row: Live | undefined,
): void {
  if (row === undefined) assert.equal(token, undefined, `${name} of an empty page`);
  else if (isThere || !isOpen) assert.equal(token !== undefined, isThere, `whether there is a ${name}`);
}

function remember(tenant: Tenant, { omit: _omit, ...query }: Query, token: string, mark: Mark): void {
  tenant.tokens.push({ query, token, mark });
  if (tenant.tokens.length > tokensMost) tenant.tokens.shift();
}
