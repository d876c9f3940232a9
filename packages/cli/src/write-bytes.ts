import { once } from "node:events";
import type { Writable } from "node:stream";

import { HoldfastError } from "@holdfast/core";

/** As fast as it is read; whoever stops reading ends it. */
export async function writeBytes(out: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const failed = new AbortController();
  const fail = (error: Error): void => failed.abort(error);
  out.on("error", fail);
  try {
    for await (const piece of bytes) {
      if (failed.signal.aborted) break;
      if (!out.write(piece)) await once(out, "drain", { signal: failed.signal }).catch(() => undefined);
    }
    if (failed.signal.aborted) throw unread(failed.signal.reason);
  } finally {
    out.off("error", fail);
  }
}

function unread(cause: unknown): HoldfastError {
  return new HoldfastError("nobody reads the output any more", { code: "ABORTED", cause });
}
