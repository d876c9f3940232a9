import { TextDecoder } from "node:util";

import { compareText } from "@holdfast/core";

/** What stands in one cell. SQLite keeps a kind with each value, whatever its column says. */
export type Cell =
  | { readonly kind: "null" }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "real"; readonly value: number }
  | { readonly kind: "text"; readonly value: string; readonly damaged: Uint8Array | undefined }
  | { readonly kind: "blob"; readonly value: Uint8Array };

/** Texts in the encoding of a database, `UTF-8`, `UTF-16le` or `UTF-16be`, as bytes in and text out. */
export class TextReader {
  readonly #whole: TextDecoder;
  readonly #lossy: TextDecoder;

  constructor(encoding: string) {
    this.#whole = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#lossy = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** Where some of the bytes are no text of that encoding, U+FFFD stands for them, and `damaged` is all of them. */
  read(bytes: Uint8Array): { readonly value: string; readonly damaged: Uint8Array | undefined } {
    try {
      return { value: this.#whole.decode(bytes), damaged: undefined };
    } catch {
      return { value: this.#lossy.decode(bytes), damaged: bytes };
    }
  }
}

/** A cell from its kind, as `typeof` says it, and its value, where a text comes as its bytes. */
export function cellOf(kind: unknown, value: unknown, texts: TextReader): Cell {
  if (typeof value === "bigint") return { kind: "integer", value };
  if (typeof value === "number") return { kind: "real", value };
  if (value instanceof Uint8Array) {
    return kind === "text" ? { kind: "text", ...texts.read(value) } : { kind: "blob", value };
  }
  return { kind: "null" };
}

/** A cell for the report, as SQL writes it: `NULL`, `5`, `X'00FF'`; a text as JSON writes it. */
export function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "null":
      return "NULL";
    case "integer":
    case "real":
      return String(cell.value);
    case "text":
      return cell.damaged === undefined ? JSON.stringify(cell.value) : bytesText(cell.damaged);
    case "blob":
      return bytesText(cell.value);
    default:
      return cell satisfies never;
  }
}

function bytesText(bytes: Uint8Array): string {
  return `X'${Buffer.from(bytes).toString("hex").toUpperCase()}'`;
}

const ranks = { null: 0, integer: 1, real: 1, text: 2, blob: 3 } as const;

/** SQLite's order of values of different kinds; texts by code point, blobs by byte. */
export function compareCells(a: Cell, b: Cell): number {
  if (a.kind === "text" && b.kind === "text") return compareText(a.value, b.value);
  if (a.kind === "blob" && b.kind === "blob") return Buffer.compare(a.value, b.value);
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left === undefined || right === undefined) return ranks[a.kind] - ranks[b.kind];
  return left < right ? -1 : left > right ? 1 : 0;
}

function numberOf(cell: Cell): number | bigint | undefined {
  return cell.kind === "integer" || cell.kind === "real" ? cell.value : undefined;
}
