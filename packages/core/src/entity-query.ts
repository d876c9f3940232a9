import type { z } from "zod";
import type { Entity, LifecycleFields } from "./entity.ts";
import type { Direction, SystemField } from "./query.ts";
import type { Scalar } from "./record.ts";

/** The fields that queries can use: the declared ones and the store's. */
export type FieldOf<E extends Entity> = E["fields"][number] | SystemField;

type InputOf<E extends Entity, F> = z.core.input<E["schema"]["_zod"]["def"]["shape"][F & string]>;
type NullWhereAbsent<V> = undefined extends V ? Exclude<V, undefined> | null : V;

/** What a field holds in queries: the encoded side of its schema; null also where it may be absent. */
export type FieldValueOf<E extends Entity, F> = F extends "id"
  ? string
  : F extends "version"
    ? number
    : F extends "createdAt" | "updatedAt"
      ? string | Date
      : F extends keyof LifecycleFields<E["lifecycle"]>
        ? LifecycleFields<E["lifecycle"]>[F]
        : NullWhereAbsent<InputOf<E, F>> & Scalar;

interface TextCondition {
  readonly startsWith?: string;
  readonly contains?: string;
}

/** The operators on a field of this value. */
export type ConditionOf<V> = {
  readonly eq?: V;
  readonly ne?: V;
  readonly in?: readonly V[];
  readonly notIn?: readonly V[];
  readonly lt?: NonNullable<V>;
  readonly lte?: NonNullable<V>;
  readonly gt?: NonNullable<V>;
  readonly gte?: NonNullable<V>;
  readonly exists?: boolean;
} & ([Extract<V, string>] extends [never] ? unknown : TextCondition);

/** Conditions by field, all of which must hold; a bare value means `eq`. */
export type WhereOf<E extends Entity> = {
  readonly [F in FieldOf<E>]?: FieldValueOf<E, F> | ConditionOf<FieldValueOf<E, F>>;
} & {
  readonly and?: readonly WhereOf<E>[];
  readonly or?: readonly WhereOf<E>[];
  readonly not?: WhereOf<E>;
};

export interface OrderByOf<E extends Entity> {
  readonly field: FieldOf<E>;
  readonly direction: Direction;
}
