import type { RecordText } from "@holdfast/core";

import { readNumber } from "./record-codec.ts";
import type { SingleOp } from "./single-write.ts";
import type { Row } from "./sql-connections.ts";

/** The record that a put has left, from the row that its statement gave. */
export function writtenRecord(op: Extract<SingleOp, { kind: "put" }>, row: Row): RecordText {
  const { type, tenant, id, documentVersion, text } = op;
  const version = readNumber(row, "_version");
  const created = readNumber(row, "_created");
  const updated = readNumber(row, "_updated");
  return { type, tenant, id, version, documentVersion, created, updated, text };
}
