import type { JsonObject, JsonValue } from "./record.ts";

/** A document as `encodeOwn` made it: nobody else holds any of it. */
export interface OwnDocument {
  readonly body: JsonObject;
  /** Whether it is portable JSON for certain, so that a write may take it as it is. */
  readonly isPortable: boolean;
}

/** What a write is given instead of a document that it may take as it is. It has no fields of its own. */
class GivenDocument {
  readonly [field: string]: JsonValue;
  readonly #document: JsonObject;
  #isTaken = false;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** Asks nothing of the value: it may be a Proxy. */
  static is(value: unknown): value is GivenDocument {
    return typeof value === "object" && value !== null && #document in value;
  }

  static documentOf(value: unknown): unknown {
    return GivenDocument.is(value) ? value.#document : value;
  }

  static take(value: unknown): JsonObject | undefined {
    if (!GivenDocument.is(value) || value.#isTaken) return undefined;
    value.#isTaken = true;
    return value.#document;
  }
}

/**
 * For the write that is made next: the document with more plain fields. Where it is portable for certain, the write takes
 * it as it is, once, instead of copying it.
 */
export function handOver({ body, isPortable }: OwnDocument, more?: JsonObject): JsonObject {
  const whole = more === undefined ? body : { ...body, ...more };
  return isPortable ? new GivenDocument(whole) : whole;
}

/** The document that was handed over, the first time that it is asked for; else undefined. */
export function takeGiven(value: unknown): JsonObject | undefined {
  return GivenDocument.take(value);
}

/** The document that was handed over, to be copied; any other value as it is. */
export function documentOf(value: unknown): unknown {
  return GivenDocument.documentOf(value);
}
