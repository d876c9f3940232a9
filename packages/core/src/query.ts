import type { Scalar, StoredRecord } from "./record.ts";

export type Direction = "asc" | "desc";

/** A bare value means `eq`. A Date stands for its microsecond on `createdAt` and `updatedAt`. */
export interface FieldCondition {
  readonly eq?: Scalar | Date;
  readonly ne?: Scalar | Date;
  readonly in?: readonly (Scalar | Date)[];
  readonly notIn?: readonly (Scalar | Date)[];
  readonly lt?: Scalar | Date;
  readonly lte?: Scalar | Date;
  readonly gt?: Scalar | Date;
  readonly gte?: Scalar | Date;
  readonly startsWith?: string;
  readonly contains?: string;
  readonly exists?: boolean;
}

/** Conditions by field name, all of which must hold, joined by `and`, `or` and `not`. */
export interface Where {
  readonly and?: readonly Where[];
  readonly or?: readonly Where[];
  readonly not?: Where;
  readonly [field: string]: Scalar | Date | FieldCondition | Where | readonly Where[] | undefined;
}

export interface OrderBy {
  readonly field: string;
  readonly direction: Direction;
}

export interface Query {
  readonly type: string;
  readonly where?: Where;
  /** @default by `created`, then by `id` */
  readonly orderBy?: readonly OrderBy[];
  /** From 1 to 10,000. @default 100 */
  readonly limit?: number;
  /** The page behind this token, which an earlier page of the same query gave as `next`. */
  readonly after?: string;
  /** The page before this token, which an earlier page of the same query gave as `previous`. */
  readonly before?: string;
  /** `"body"`: the records come with an empty body. */
  readonly omit?: "body";
}

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** There where more records follow. */
  readonly next?: string;
  /** There where records stand before. */
  readonly previous?: string;
}

/** A record as the text that its content hash is of; its document is spelled as it is stored. */
export interface RecordContent {
  readonly id: string;
  readonly text: string;
}

export interface ContentPage extends Omit<RecordPage, "records"> {
  readonly contents: readonly RecordContent[];
}

/** Fields that every record has, beside the declared ones. */
export const systemFields = ["id", "version", "createdAt", "updatedAt"] as const;
export type SystemField = (typeof systemFields)[number];

export const queryLimits = {
  pageDefault: 100,
  pageMost: 10_000,
  idsMost: 10_000,
  inMost: 10_000,
  /** In all lists of one query together. */
  valuesMost: 100_000,
  depthMost: 32,
  nodesMost: 1_000,
} as const;
