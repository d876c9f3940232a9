/**
 * A call as it is drawn: plain data, in which whatever depends on what is stored is still open. `{ stamp: n }` stands for
 * the n-th time that is stored, `{ record: n, field }` for what the n-th record holds, `{ above: n }` for the stored version
 * and n, `ago` for so many microseconds before now, `{ stored: field }` for what the record of the same op holds.
 */
import type { JsonObject, OrderBy, Scalar, Where } from "@holdfast/core";

export type ExpectDraft = "any" | "absent" | "present" | { readonly above: number };
export type MatchDraft = Readonly<Record<string, Scalar | { readonly stored: string }>>;

export interface KeyDraft {
  readonly type: string;
  readonly id: string;
}

export type OpDraft =
  | (KeyDraft & {
      readonly op: "put";
      readonly body: JsonObject;
      readonly expect: ExpectDraft;
      readonly match?: MatchDraft;
    })
  | (KeyDraft & { readonly op: "delete" | "check"; readonly expect: ExpectDraft })
  | (KeyDraft & { readonly op: "restore"; readonly body: JsonObject; readonly above: number; readonly time: number })
  | (KeyDraft & { readonly op: "bury"; readonly above: number; readonly ago: number });

export interface FindDraft {
  readonly type: string;
  readonly where?: Where;
  readonly orderBy?: readonly OrderBy[];
  readonly limit: number;
  readonly omit?: "body";
}

/** What a session answers: a store, a tenant's view, a transaction, a savepoint. */
export type SessionCall =
  | { readonly call: "write"; readonly ops: readonly OpDraft[] }
  | { readonly call: "get"; readonly type: string; readonly ids: readonly string[] }
  | { readonly call: "find"; readonly query: FindDraft }
  /** Goes on from a page token that was given before, forward or back. */
  | { readonly call: "turn"; readonly token: number; readonly limit: number }
  | { readonly call: "count"; readonly type: string; readonly where?: Where }
  | { readonly call: "countBy"; readonly type: string; readonly field: string; readonly where?: Where }
  | {
      readonly call: "transaction";
      readonly calls: readonly SessionCall[];
      readonly ends: "commits" | "throws";
      readonly readOnly: boolean;
    };

export type Call =
  | SessionCall
  | { readonly call: "stats" }
  | { readonly call: "check" }
  | { readonly call: "follow" }
  | { readonly call: "reset" }
  | { readonly call: "reopen" };
