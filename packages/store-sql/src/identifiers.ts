import { createHash } from "node:crypto";

/** The shortest limit among databases, in bytes; names here are ASCII. */
const identifierLengthMost = 63;
const plainName = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
/** Names of columns that databases keep for themselves. */
const takenNames = /^(?:cmax|cmin|ctid|oid|rowid|tableoid|xmax|xmin)$/i;

/** The column of a declared field: its own name, or a hash where that is no plain name. System columns begin with `_`. */
export function columnName(field: string): string {
  return plainName.test(field) && !takenNames.test(field) ? field : `_f_${hash(field)}`;
}

/** One name for what several names make up, the same in every process; shortened by a hash where it is too long. */
export function joinedName(...parts: readonly string[]): string {
  const name = parts.join(".");
  return name.length <= identifierLengthMost ? name : `${name.slice(0, identifierLengthMost - 17)}.${hash(name)}`;
}

function hash(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 16);
}
