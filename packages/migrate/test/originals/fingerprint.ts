import { createHash } from "node:crypto";

import { isLosslessList, isLosslessObject, type LosslessJson } from "../../src/originals/lossless-json.ts";

/** What a row holds, in 16 hexadecimal digits: the same for rows of equal values, whatever text they were read from. */
export function fingerprint(value: LosslessJson): string {
  return createHash("sha256").update(encoded(value), "ascii").digest("hex").slice(0, 16);
}

function encoded(value: LosslessJson): string {
  if (value === null) return "z";
  if (value === true) return "t";
  if (value === false) return "f";
  if (typeof value === "bigint") return `i${value}`;
  if (typeof value === "number") return `d${double(value)}`;
  if (typeof value === "string") return text(value);
  if (isLosslessList(value)) return `[${value.map(encoded).join(",")}]`;
  if (!isLosslessObject(value)) throw new Error("no JSON");
  const members = [...value].map(([name, held]) => ({ name: text(name), held: encoded(held) }));
  members.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `{${members.map(({ name, held }) => `${name}=${held}`).join(",")}}`;
}

function double(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Number.isNaN(value) ? "7ff8000000000000" : bytes.toString("hex");
}

function text(value: string): string {
  return `s${value.length}:${Buffer.from(value, "utf16le").swap16().toString("hex")}`;
}
