import { hash } from "node:crypto";
import type { StoredRecord } from "./record.ts";

/** `JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body])`, which a content hash is of. */
export function contentText(record: StoredRecord): string {
  const { type, tenant, id, version, documentVersion, created, updated, body } = record;
  return JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body]);
}

/** SHA-256, in hex, of a text in UTF-8. */
export function textHash(text: string): string {
  return hash("sha256", text, "hex");
}

/** The hash of a record's content text: equal for two records exactly where a verified copy may call them the same. */
export function contentHash(record: StoredRecord): string {
  return textHash(contentText(record));
}
