import { hash } from "node:crypto";
import type { RecordText } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { isJsonObject, parseJson } from "./json-object.ts";
import type { JsonObject, StoredRecord } from "./record.ts";

/** `JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body])`, which a content hash is of. */
export function contentText(record: StoredRecord): string {
  const { type, tenant, id, version, documentVersion, created, updated, body } = record;
  return JSON.stringify([type, tenant, id, version, documentVersion, created, updated, body]);
}

/** The same of a record whose document is a text already. */
export function storedContentText(record: RecordText): string {
  const { type, tenant, id, version, documentVersion, created, updated, text } = record;
  const rest = JSON.stringify([type, tenant, id, version, documentVersion, created, updated]);
  return `${rest.slice(0, -1)},${text}]`;
}

/** The record of a content text. STORE_CORRUPT where its document is no JSON object. `key`: of the record, for the error. */
export function parseContent(
  content: string,
  key: Partial<Pick<StoredRecord, "tenant" | "type" | "id">> = {},
): StoredRecord {
  const parts = parseJson(content);
  if (isParts(parts)) {
    const [type, tenant, id, version, documentVersion, created, updated, body] = parts;
    return { type, tenant, id, version, documentVersion, created, updated, body };
  }
  const named = key.type === undefined ? "record" : `"${key.type}"`;
  throw new HoldfastError(`the stored body of a ${named} is not a JSON object`, {
    code: "STORE_CORRUPT",
    details: { ...key },
  });
}

type ContentParts = readonly [string, string, string, number, number, number, number, JsonObject];

function isParts(value: unknown): value is ContentParts {
  return Array.isArray(value) && value.length === 8 && isJsonObject(value[7]);
}

/** SHA-256, in hex, of a text in UTF-8. */
export function textHash(text: string): string {
  return hash("sha256", text, "hex");
}

/** The hash of a record's content text: equal for two records exactly where a verified copy may call them the same. */
export function contentHash(record: StoredRecord): string {
  return textHash(contentText(record));
}
