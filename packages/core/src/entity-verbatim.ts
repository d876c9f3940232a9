import { ownedNames } from "./own-fields.ts";
import { NotPortable, portableFields, TooLong } from "./portable-copy.ts";
import { verbatimTest } from "./verbatim-test.ts";
import type { Entity } from "./entity.ts";
import type { JsonObject } from "./record.ts";
import type { PlainObject } from "./schema-plain-object.ts";
import type { VerbatimTest } from "./verbatim-test.ts";

/** Characters of text: above it, a document is checked before it is copied. */
const copiedMost = 256 * 1024;

const known = new WeakMap<Entity, { readonly test: VerbatimTest | undefined }>();

/** Whether a stored document is, but for the lifecycle's fields, what its entity holds. No wherever it is not certain. */
export function isOwnDocument(entity: Entity, body: JsonObject): boolean {
  return testOf(entity)?.(body) === true;
}

/**
 * A copy of what a draft says, where it is the very document that encoding it would give; undefined wherever that is
 * not certain.
 */
export function ownDocument(entity: Entity, draft: PlainObject): JsonObject | undefined {
  const test = testOf(entity);
  if (test === undefined) return undefined;
  try {
    const copy = portableFields(draft, ownedNames(entity), { left: copiedMost });
    return test(copy) ? copy : undefined;
  } catch (thrown) {
    if (TooLong.is(thrown) || NotPortable.is(thrown)) return undefined;
    throw thrown;
  }
}

function testOf(entity: Entity): VerbatimTest | undefined {
  const before = known.get(entity);
  if (before !== undefined) return before.test;
  const isDerived = Object.keys(entity.derived).length > 0;
  const test = isDerived ? undefined : verbatimTest(entity.schema, ownedNames(entity));
  known.set(entity, { test });
  return test;
}
