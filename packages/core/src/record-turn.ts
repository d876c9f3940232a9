import type { Match, NewRecord, RecordKey, StoredRecord, WriteOp, WriteResult } from "./record.ts";

/** What becomes of a record, and what is written with it in the same batch. */
export interface RecordChange extends Pick<NewRecord, "documentVersion" | "body"> {
  /** Compared beside the version that was read. */
  readonly match?: Match | undefined;
  /** Puts and checks of other records. */
  readonly beside?: readonly WriteOp[];
}

/**
 * One turn at changing a record by what is found in it, in a line of all who do so through one open store. Begins with
 * `read`; goes on with `write`, or ends: it must be disposed of, since others wait for it. May be read again.
 */
export interface RecordTurn extends Disposable {
  /**
   * Waits until those who came before have handed in their writes, and gives the record as the last of them will leave
   * it (then `updated` is not known yet, and an earlier one), or as it is stored. Undefined where nothing is stored.
   */
  read(): Promise<StoredRecord | undefined>;
  /**
   * Whether what was read is or was stored while this turn waited, so that a judgement may rest on it: knows it when the
   * write that was read is done or has failed. Others have their turn meanwhile.
   */
  isCertain(): Promise<boolean>;
  /**
   * Replaces what was read, all or nothing, as the session's `write` with its version as expectation; the first result is
   * that of the record. Others go on from it before it is done. Undefined where what was read never came to be stored:
   * then nothing was written, and it is read again.
   */
  write(change: RecordChange): Promise<readonly WriteResult[] | undefined>;
}

/** The ops of a change of the record that was read. */
export function changeOps(
  { type, id, version }: RecordKey & Pick<StoredRecord, "version">,
  { documentVersion, body, match, beside = [] }: RecordChange,
): readonly WriteOp[] {
  const put = { type, id, documentVersion, body };
  return [match === undefined ? { put, expect: version } : { put, expect: version, match }, ...beside];
}
