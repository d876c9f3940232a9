import type { Outcome } from "@holdfast/core";

/** What a caller was told. */
export type Told = Outcome | "not translated";

/** What became of one record that a call was to write. */
export interface Seen {
  readonly key: string;
  /** By how many versions. */
  readonly raised: number;
  /** Whether the record is as the call left it. */
  readonly isOwn: boolean;
}

export interface Claim {
  readonly told: Told;
  readonly found: readonly Seen[];
  /** Whether the server could not be asked what became of it. */
  readonly mayDoubt: boolean;
}

/** In what the records differ from what the caller was told. */
export function untruths({ told, found, mayDoubt }: Claim): readonly string[] {
  const isThere = found.every(({ raised, isOwn }) => raised === 1 && isOwn);
  const isAbsent = found.every(({ raised, isOwn }) => raised === 0 && !isOwn);
  const shown = JSON.stringify(found);
  switch (told) {
    case "applied":
      return isThere ? [] : [`acknowledged, but not there once: ${shown}`];
    case "none":
      return isAbsent ? [] : [`said not to be applied, but something is there: ${shown}`];
    case "unknown":
      if (!mayDoubt) return ["said to be unknown while the server could be asked"];
      return isThere || isAbsent ? [] : [`there in part, or more than once: ${shown}`];
    case "not translated":
      return ["an error that is not ours came through"];
    default:
      return told satisfies never;
  }
}
