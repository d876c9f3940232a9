import { isJsonObject, type JsonValue } from "@holdfast/core";

import { asciiText, numberText } from "../python-json.ts";

/** The text that Python's `json.dumps` makes of a value: one line of ASCII, names in their order. */
export function pythonLine(value: JsonValue): string {
  if (typeof value === "string") return asciiText(value);
  if (typeof value === "number") return numberText(value);
  if (isJsonObject(value)) {
    return `{${Object.entries(value)
      .map(([name, held]) => `${asciiText(name)}: ${pythonLine(held)}`)
      .join(", ")}}`;
  }
  return isList(value) ? `[${value.map(pythonLine).join(", ")}]` : String(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
