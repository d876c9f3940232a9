import type { WriteArchiveOptions } from "@holdfast/migrate";

import { requiredArchiveKey } from "./archive-secret.ts";

interface Packing {
  readonly gzip: boolean;
  readonly encrypt: true | undefined;
  readonly signal: AbortSignal;
}

/** How an archive is to be written; INVALID_CONFIG where it is to be encrypted and there is no key. */
export function archivePacking({ gzip, encrypt, signal }: Packing): WriteArchiveOptions {
  return { gzip, signal, ...(encrypt === true ? { key: requiredArchiveKey() } : {}) };
}
