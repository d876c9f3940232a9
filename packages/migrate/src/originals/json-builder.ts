import type { JsonPath, LosslessJson } from "./lossless-json.ts";

/** Told of a name that stands in one object twice: the path to it, and the value that the last one replaced. */
export type OnTwice = (path: JsonPath, replaced: LosslessJson) => void;

type Container =
  | { readonly kind: "object"; readonly held: Map<string, LosslessJson>; name: string }
  | { readonly kind: "list"; readonly held: LosslessJson[] };

/**
 * Puts a value together from its tokens, without recursion: a text of any depth is followed to its end, and what lies
 * deeper than a document may is not kept.
 */
export class JsonBuilder {
  readonly #depthMost: number;
  readonly #onTwice: OnTwice;
  readonly #open: Container[] = [];
  /** One byte for each open container, 1 for an object. */
  #kinds = new Uint8Array(64);
  #depth = 0;
  #value: LosslessJson = null;
  #isTooDeep = false;

  constructor(depthMost: number, onTwice: OnTwice) {
    this.#depthMost = depthMost;
    this.#onTwice = onTwice;
  }

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** Whether names come next. */
  get isInObject(): boolean {
    return this.#kinds[this.#depth - 1] === 1;
  }

  /** The whole value; undefined where it is deeper than a document may be. */
  get value(): LosslessJson | undefined {
    return this.#isTooDeep ? undefined : this.#value;
  }

  open(kind: "object" | "list"): void {
    if (this.#depth === this.#kinds.length) this.#kinds = grown(this.#kinds);
    this.#kinds[this.#depth++] = kind === "object" ? 1 : 0;
    if (this.#depth > this.#depthMost) this.#isTooDeep = true;
    if (this.#isTooDeep) this.#open.length = 0;
    else this.#open.push(kind === "object" ? { kind, held: new Map(), name: "" } : { kind, held: [] });
  }

  name(name: string): void {
    const top = this.#open.at(-1);
    if (top?.kind === "object") top.name = name;
  }

  close(): void {
    this.#depth--;
    const closed = this.#open.pop();
    if (closed !== undefined) this.add(closed.held);
  }

  add(value: LosslessJson): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#value = value;
    else if (top.kind === "list") top.held.push(value);
    else {
      const replaced = top.held.get(top.name);
      if (replaced !== undefined) this.#onTwice(this.#path(), replaced);
      top.held.set(top.name, value);
    }
  }

  #path(): JsonPath {
    return this.#open.map((each) => (each.kind === "object" ? each.name : each.held.length));
  }
}

function grown(kinds: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(kinds.length * 2);
  larger.set(kinds);
  return larger;
}
