import { HoldfastError, unionLayout, type Layout, type TypeLayout } from "@holdfast/core";

/** Whose model a store must have. */
type ModelOwner = "archive" | "source";

/** INVALID_MODEL unless the store's model has all that the other one's declares, and nothing that contradicts it. */
export function requireLayout(own: Layout, wanted: Layout, owner: ModelOwner): void {
  const missing = lackingType(own, wanted, owner);
  if (missing === undefined) return;
  throw new HoldfastError(
    `the ${owner} is of another model: it declares something of "${missing}" that the store to be written does not. Open it with the ${owner}'s layout as its model`,
    { code: "INVALID_MODEL", details: { type: missing } },
  );
}

function lackingType(own: Layout, wanted: Layout, owner: ModelOwner): string | undefined {
  try {
    return unionLayout(own, wanted).types.find((joined) => sizeOf(typeIn(own, joined.type)) < sizeOf(joined))?.type;
  } catch (cause) {
    if (!HoldfastError.is(cause, "INVALID_MODEL")) throw cause;
    const { code, details, message } = cause;
    throw new HoldfastError(
      `the ${owner} is of another model: ${message}. Take an empty store, and open it with the ${owner}'s layout as its model`,
      { code, cause, details },
    );
  }
}

function typeIn({ types }: Layout, name: string): TypeLayout | undefined {
  return types.find(({ type }) => type === name);
}

function sizeOf(type: TypeLayout | undefined): number {
  return type === undefined ? 0 : 1 + type.fields.length + type.indexes.length + type.references.length;
}
