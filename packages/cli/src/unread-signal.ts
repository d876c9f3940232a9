import type { Writable } from "node:stream";

/**
 * Given when the output cannot be written any more, with the error as its reason: EPIPE where whoever read it has gone, as
 * `head` does when it has seen enough. The listeners stay for as long as the streams do, so no such error ends the process.
 */
export function unreadSignal(streams: readonly Writable[]): AbortSignal {
  const unread = new AbortController();
  for (const stream of streams) stream.on("error", (error) => unread.abort(error));
  return unread.signal;
}
