/** One way of keeping documents durably: ours, or the least that the raw driver needs for the same. */
export interface Subject extends AsyncDisposable {
  save(id: string, text: string): Promise<void>;
  read(id: string): Promise<string | undefined>;
}

/** Ours beside its limit: the same documents, ids, tables and syncs, written by hand on the raw driver. */
export interface Pair {
  readonly name: string;
  /** What the limit is, for the table. */
  readonly limit: string;
  openOurs(): Promise<Subject>;
  openLimit(): Promise<Subject>;
}
