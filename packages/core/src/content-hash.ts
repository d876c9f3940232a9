import { createHash } from "node:crypto";
import type { StoredRecord } from "./record.ts";

/**
 * SHA-256, in hex, of `JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body])`: equal for
 * two records exactly where a verified copy may call them the same.
 */
export function contentHash(record: StoredRecord): string {
  const { type, tenant, id, version, documentVersion, created, updated, body } = record;
  const text = JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body]);
  return createHash("sha256").update(text).digest("hex");
}
