import type { Condition } from "./condition.ts";
import type { FoundRecord, OrderTerm, Reader } from "./driver.ts";
import { typeLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import type { Scalar } from "./record.ts";

/** Parents whose children one question asks for, and children that one page gives. */
const parentsAtOnce = 1_000;
const childrenAtOnce = 10_000;
/** With their documents, which may be large. */
const wholeChildrenAtOnce = 1_000;

export interface ChildrenQuery {
  readonly layout: Layout;
  readonly tenant: string;
  /** The children's type, and which of its fields holds the parent's id. */
  readonly type: string;
  readonly field: string;
  readonly omitBody: boolean;
}

/**
 * The children of many parents, in the order of an index that leads with the reference: those of one parent stand
 * together, and the parent's id is the first value of each child's place.
 */
export async function* childrenOf(
  reader: Pick<Reader, "find">,
  { layout, tenant, type, field, omitBody }: ChildrenQuery,
  parentIds: readonly string[],
): AsyncGenerator<FoundRecord, void> {
  const order = orderAlong(layout, type, field);
  const limit = omitBody ? childrenAtOnce : wholeChildrenAtOnce;
  for (let start = 0; start < parentIds.length; start += parentsAtOnce) {
    const where = refersToAny(field, parentIds.slice(start, start + parentsAtOnce));
    let after: { readonly after?: readonly Scalar[] } = {};
    for (;;) {
      const page = await reader.find(tenant, { type, where, order, limit, omitBody, ...after });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < limit) break;
      after = { after: last.place };
    }
  }
}

function refersToAny(field: string, ids: readonly string[]): Condition {
  const [only] = ids;
  const test = { kind: "test", field, negated: false } as const;
  return ids.length === 1 && only !== undefined
    ? { ...test, operator: "eq", operand: only }
    : { ...test, operator: "in", operands: ids };
}

function orderAlong(layout: Layout, type: string, field: string): readonly OrderTerm[] {
  const led = typeLayout(layout, type)?.indexes.find(({ fields }) => fields[0] === field)?.fields ?? [field];
  const beforeId = led.includes("id") ? led.slice(0, led.indexOf("id")) : led;
  return [...beforeId, "id"].map((each) => ({ field: each, descending: false }));
}
