import {
  isLosslessList,
  isLosslessObject,
  type JsonPath,
  type LosslessJson,
  type LosslessObject,
} from "./lossless-json.ts";
import type { Fields } from "./tinydb-fields.ts";

/** What stands for a secret. */
const redactedText = "[redacted]";

/** The row with each text and number in its secret fields replaced; `onSecret` is told where. */
export function redactRow(row: LosslessObject, fields: Fields, onSecret: (path: JsonPath) => void): LosslessObject {
  return new Map([...row].map(([name, held]) => [name, redactField({ held, fields, path: [name], onSecret }, name)]));
}

interface Held {
  readonly held: LosslessJson;
  readonly fields: Fields | undefined;
  readonly path: JsonPath;
  readonly onSecret: (path: JsonPath) => void;
}

function redactField(spot: Held, name: string): LosslessJson {
  const field = spot.fields?.byName.get(name) ?? spot.fields?.byTo.get(name);
  if (field?.isSecret === true) return redactAll(spot);
  return field?.within === undefined ? spot.held : redactWithin({ ...spot, fields: field.within });
}

function redactWithin(spot: Held): LosslessJson {
  const { held, path } = spot;
  if (isLosslessList(held)) return held.map((each, at) => redactWithin({ ...spot, held: each, path: [...path, at] }));
  if (!isLosslessObject(held)) return held;
  return new Map(
    [...held].map(([name, each]) => [name, redactField({ ...spot, held: each, path: [...path, name] }, name)]),
  );
}

function redactAll(spot: Held): LosslessJson {
  const { held, path, onSecret } = spot;
  if (isLosslessList(held)) return held.map((each, at) => redactAll({ ...spot, held: each, path: [...path, at] }));
  if (isLosslessObject(held)) {
    return new Map([...held].map(([name, each]) => [name, redactAll({ ...spot, held: each, path: [...path, name] })]));
  }
  if (held === null || typeof held === "boolean") return held;
  onSecret(path);
  return redactedText;
}
