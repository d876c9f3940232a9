import type { Statement } from "@holdfast/store-sql";
import type { PoolClient } from "pg";

import { sendKept } from "./kept-query.ts";
import type { Answer, Settle, Settled } from "./kept-query.ts";
import { sendRows } from "./rows-query.ts";

export interface Sender {
  readonly client: PoolClient;
  /** Whether every statement reaches the same process of the server, where those that have a name stay prepared. */
  readonly keepsPrepared: boolean;
}

/**
 * Sends statements in one piece: a packet for each would cost more than most of them do. Resolves when all of them have
 * their answers, in their order; `beforeLast` is called when all but the last one have theirs.
 */
export function exchange(
  sender: Sender,
  statements: readonly Statement[],
  beforeLast?: () => void,
): Promise<readonly Settled[]> {
  const { stream } = sender.client.connection;
  return new Promise((resolve) => {
    const settled: Settled[] = [];
    const last = statements.length - 1;
    let waiting = statements.length;
    const settleAt = (at: number, answer: Settled): void => {
      settled[at] = answer;
      waiting -= 1;
      if (waiting === 1 && settled[last] === undefined) beforeLast?.();
      if (waiting === 0) resolve(settled);
    };
    if (waiting === 0) resolve(settled);
    if (waiting === 1) beforeLast?.();
    stream.cork();
    try {
      statements.forEach((each, at) => send(sender, each, (answer) => settleAt(at, answer)));
    } finally {
      stream.uncork();
    }
  });
}

function send({ client, keepsPrepared }: Sender, { sql, parameters, name, input }: Statement, settle: Settle): void {
  if (input !== undefined) return settleBy(sendRows(client, sql, input), settle);
  const isKept = name !== undefined && keepsPrepared;
  const values = isKept ? textsOf(parameters) : undefined;
  if (isKept && values !== undefined) return sendKept(client, { name, text: sql, values }, settle);
  const query = { text: sql, values: [...parameters] };
  settleBy(client.query<Record<string, unknown>, unknown[]>(isKept ? { ...query, name } : query), settle);
}

function settleBy(answer: Promise<Answer>, settle: Settle): void {
  answer.then(
    (value) => settle({ status: "fulfilled", value }),
    (reason: unknown) => settle({ status: "rejected", reason }),
  );
}

/** As the server reads them. Undefined where one of them is a list, which pg knows how to write. */
function textsOf(parameters: readonly unknown[]): readonly (string | null)[] | undefined {
  const texts: (string | null)[] = [];
  for (const value of parameters) {
    const kind = typeof value;
    if (typeof value === "string") texts.push(value);
    else if (kind === "number" || kind === "boolean" || kind === "bigint") texts.push(String(value));
    else if (value === null || value === undefined) texts.push(null);
    else return undefined;
  }
  return texts;
}
