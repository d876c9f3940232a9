import { Socket } from "node:net";

import type { Client } from "pg";

import { cancelStatement } from "./cancel-statement.ts";

/**
 * Ends a connection on which nothing moves, in neither direction, while an answer is awaited; what it waited for then
 * fails as a lost connection does. What the server does for it is cancelled, and `abandon` sees to its session.
 */
export function endWhenSilent(client: Client, abandon: () => void): void {
  const { stream } = client.connection;
  if (!(stream instanceof Socket)) return;
  stream.on("timeout", () => {
    if ((awaited.get(client) ?? 0) === 0) return;
    cancelStatement(client);
    abandon();
    const error = new Error("the server gave no sign of life");
    stream.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  });
}

/** How many answers each client is awaited for. */
const awaited = new WeakMap<Client, number>();

/**
 * Waits for an answer, for as long as it takes, unless nothing moves for so many milliseconds; 0 for no limit. The time
 * stays set behind it: whatever moves begins it anew, and it counts only while an answer is awaited.
 */
export async function unlessSilent<T>(client: Client, milliseconds: number, answer: Promise<T>): Promise<T> {
  const { stream } = client.connection;
  if (!(stream instanceof Socket)) return answer;
  awaited.set(client, (awaited.get(client) ?? 0) + 1);
  if ((stream.timeout ?? 0) !== milliseconds) stream.setTimeout(milliseconds);
  try {
    return await answer;
  } finally {
    awaited.set(client, (awaited.get(client) ?? 1) - 1);
  }
}
