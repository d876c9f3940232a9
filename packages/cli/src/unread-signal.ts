import type { Writable } from "node:stream";

import { eventLoopTurn } from "@holdfast/core";

/**
 * Given when the output cannot be written any more, with the error as its reason: EPIPE where whoever read it has gone, as
 * `head` does when it has seen enough. The listeners stay for as long as the streams do, so no such error ends the process.
 */
export function unreadSignal(streams: readonly Writable[]): AbortSignal {
  const unread = new AbortController();
  for (const stream of streams) stream.on("error", (error) => unread.abort(error));
  return unread.signal;
}

/** Until what was written has left, or is known not to: a stream says so a turn later, a pipe when its reader has room. */
export async function written(streams: readonly Writable[]): Promise<void> {
  const waiting = streams.filter((stream) => stream.writableLength > 0 && stream.writable);
  await Promise.all(waiting.map((stream) => new Promise<void>((resolve) => void stream.write("", () => resolve()))));
  await eventLoopTurn();
}
