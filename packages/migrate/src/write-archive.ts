import type { Store } from "@holdfast/core";

import { packed, type ArchivePacking } from "./archive-container.ts";

export interface WriteArchiveOptions extends ArchivePacking {
  /** Ends the archive with ABORTED, before its trailer. */
  readonly signal?: AbortSignal;
}

/**
 * An archive of all that a store holds, in all tenants, as of the moment when its first byte is asked for: writing goes on
 * meanwhile. The bytes come as fast as they are read. Whoever reads all of them has a whole archive; an error ends it
 * before its trailer, so that what was written by then is never taken for one.
 */
export async function* archiveBytes(store: Store, options: WriteArchiveOptions = {}): AsyncGenerator<Uint8Array, void> {
  const { readable, writable } = new TextEncoderStream();
  const unread = new AbortController();
  const signal = AbortSignal.any([unread.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const written = store.within({ signal }).backup(writable);
  // A call that is refused at once has not touched the stream, whose reader would wait for ever.
  const ended = written.catch((thrown: unknown) => writable.abort(thrown).catch(() => undefined));
  try {
    yield* packed(readable, options);
    await written;
  } finally {
    unread.abort();
    await ended;
  }
}
