import { HoldfastError } from "../errors.ts";
import { readHandedIn, takeList, takeOnly, takeSome } from "../handed-in.ts";
import type { HandedIn, Taken } from "../handed-in.ts";

/** Ops of one call at most: what is handed in is bounded before anything is done with it. */
const opsMost = 1_000_000;

const kinds = ["put", "delete", "check", "restore"] as const;
const opNames = [...kinds, "expect", "match"] as const;
const keyNames = ["type", "id"] as const;
const putNames = [...keyNames, "documentVersion", "body"] as const;
const restoreNames = [...putNames, "tenant", "version", "created", "updated", "deleted"] as const;

/** An op as it was handed in, each of its properties read once; nothing is checked but which kind of op it is. */
export type TakenOp =
  | { readonly kind: "put"; readonly put: Taken<(typeof putNames)[number]>; expect: unknown; match: unknown }
  | { readonly kind: "delete" | "check"; readonly key: Taken<(typeof keyNames)[number]>; expect: unknown }
  | { readonly kind: "restore"; readonly restored: Taken<(typeof restoreNames)[number]> };

/** Puts are copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
const putShape: Extract<TakenOp, { kind: "put" }> = { kind: "put", put: {}, expect: undefined, match: undefined };

const handedIn: HandedIn = { what: "a write", code: "INVALID_ENTITY" };
const anOp: HandedIn = { what: "an op", code: "INVALID_ENTITY" };

/** Reads the ops of a write, bodies left out, so that what becomes of them later changes nothing. */
export function takeOps(ops: unknown): readonly TakenOp[] {
  return readHandedIn(handedIn, () => takeList(ops, opsMost, handedIn).map(takeOp));
}

function takeOp(op: unknown): TakenOp {
  const taken = takeOnly(op, opNames, anOp);
  const { expect, match } = taken;
  const kind = kinds.find((each) => taken[each] !== undefined);
  const isOne = kind !== undefined && kinds.every((each) => each === kind || taken[each] === undefined);
  if (!isOne) throw malformed(`an op is one of ${kinds.join(", ")}`);
  if (match !== undefined && kind !== "put") throw malformed('"match" stands at a put');
  switch (kind) {
    case "put":
      return { ...putShape, put: takeSome(taken.put, putNames, anOp), expect, match };
    case "delete":
    case "check":
      return { kind, key: takeSome(taken[kind], keyNames, anOp), expect };
    case "restore":
      if (expect !== undefined) throw malformed('a restore has no "expect": it is applied where it is newer');
      return { kind, restored: takeSome(taken.restore, restoreNames, anOp) };
    default:
      return kind satisfies never;
  }
}

function malformed(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_ENTITY" });
}
