import { isJsonObject, type JsonObject, type JsonValue } from "@holdfast/core";
import { redaction } from "@holdfast/repositories";

/** Fields that are called like a secret. */
const secretName = /(?:^|_|(?<=[a-z]))(?:api_?key|password|passwd|pwd|secret|token)s?$/i;
/** Lists of parameters, whose values are secrets whatever they are called. */
const parametersName = /^agent_?parameters$/i;
const plainNames: ReadonlySet<string> = new Set(["name", "is_secret", "isSecret"]);

/** A document to be shown: without what its fields call a secret, at any depth. */
export function withoutSecretValues(body: JsonObject): JsonObject {
  return hidden(body, secretName);
}

function hidden(value: JsonObject, secrets: RegExp | "all"): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, held]): readonly [string, JsonValue] => {
      const isSecret = secrets === "all" ? !plainNames.has(name) : secrets.test(name);
      if (isSecret) return [name, isLeaf(held) ? held : redaction];
      return [name, within(held, parametersName.test(name) ? "all" : secrets)];
    }),
  );
}

function within(value: JsonValue, secrets: RegExp | "all"): JsonValue {
  if (isList(value)) return value.map((each) => within(each, secrets));
  return isJsonObject(value) ? hidden(value, secrets) : value;
}

/** What says nothing of a secret. */
function isLeaf(value: JsonValue): boolean {
  return value === null || typeof value === "boolean" || value === "";
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
