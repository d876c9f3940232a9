/** What a long check saw, as it writes it into the folder that HOLDFAST_EVIDENCE names. */
export interface Evidence {
  readonly title: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly promises: readonly {
    readonly promise: string;
    /** The test's file, from the repository's root. */
    readonly test: string;
    readonly name: string;
  }[];
}
