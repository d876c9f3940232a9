import { HoldfastError, type JsonValue } from "@holdfast/core";

import { losslessText } from "../lossless-json.ts";
import { readJson } from "../read-json.ts";
import { storableJson, type ValueChange } from "../storable-json.ts";

export interface ReadJson {
  readonly value: JsonValue;
  /** What no document can hold, and what stands in its place. */
  readonly changes: readonly ValueChange[];
}

/** What a JSON text as Python writes it holds; undefined where it is not one, or is deeper than a document may be. */
export function readJsonText(text: string): ReadJson | undefined {
  const changes: ValueChange[] = [];
  const read = unlessNoJson(() =>
    readJson(text, (path, replaced) => {
      const reason = "the name stands there twice: the last value counts";
      changes.push({ path, reason, was: losslessText(replaced) });
    }),
  );
  if (read === undefined) return undefined;
  return { value: storableJson(read, (change) => changes.push(change)), changes };
}

function unlessNoJson<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (HoldfastError.is(thrown, "STORE_CORRUPT")) return undefined;
    throw thrown;
  }
}
