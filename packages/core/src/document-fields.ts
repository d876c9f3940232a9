import type { FieldValues } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { fieldValues } from "./field-values.ts";
import type { TypeLayout } from "./layout.ts";
import type { Document, Lift } from "./lift.ts";
import type { Scalar } from "./record.ts";

/** What a store keeps of a document beside it. */
export interface DocumentFields {
  readonly fields: FieldValues;
  /** Nobody at hand could lift the document to the form that its type has by now: the fields are those of its old form. */
  readonly isOutdated: boolean;
}

/**
 * The values of the declared fields of a document, read from its newest form and derived from it. INVALID_ENTITY where it cannot be lifted
 * or a value is not of its field's kind, INDEX_VALUE_TOO_LARGE for a string of over 512 bytes.
 *
 * Where `lift` knows no way to the form that the layout speaks of, the old form's values have to do: those that are not
 * of their field's kind count as null, until a program that knows the way comes by.
 */
export function documentFields(layout: TypeLayout | undefined, lift: Lift, document: Document): DocumentFields {
  if (layout === undefined || layout.fields.length === 0) return { fields: noFields, isOutdated: false };
  const newest = document.documentVersion < layout.schemaVersion ? lift(document) : document;
  if (newest.documentVersion >= layout.schemaVersion) {
    return { fields: fieldValues(layout, document.id, withDerived(lift, newest)), isOutdated: false };
  }
  return { fields: fittingValues(layout, newest), isOutdated: true };
}

function withDerived(lift: Lift, document: Document): Document["body"] {
  const derived = lift.derive?.(document) ?? {};
  return Object.keys(derived).length === 0 ? document.body : { ...document.body, ...derived };
}

const noFields: FieldValues = new Map();

function fittingValues(layout: TypeLayout, { id, body }: Document): FieldValues {
  return new Map(layout.fields.map((field) => [field.name, fittingValue({ ...layout, fields: [field] }, id, body)]));
}

function fittingValue(layout: TypeLayout, id: string, body: Document["body"]): Scalar {
  try {
    const [value] = fieldValues(layout, id, body).values();
    return value ?? null;
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return null;
  }
}
