import { copyJsonObject } from "./copy-json.ts";
import type { RecordText } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { isJsonObject, parseJson } from "./json-object.ts";
import type { JsonObject } from "./record.ts";

/** The document of a stored record, made anew each time; STORE_CORRUPT where its text is no JSON object. */
export function parseBody({ tenant, type, id, text, body: shared }: RecordText): JsonObject {
  if (shared !== undefined) return copyJsonObject(shared);
  const body = parseJson(text);
  if (isJsonObject(body)) return body;
  throw new HoldfastError(`the stored body of a "${type}" is not a JSON object`, {
    code: "STORE_CORRUPT",
    details: { tenant, type, id },
  });
}
