/** What a client does: creates a receipt, raises a counter, swaps a register's writer, moves an amount. */
export type Kind = "create" | "raise" | "swap" | "transfer";

/** What a client asked for, and what it was told of it. */
export interface Told {
  readonly kind: Kind;
  /** The operation's own id; of what it creates, too. */
  readonly id: string;
  /** The counter or register that it is about. */
  readonly target: string | null;
  /** `done` was acknowledged, `refused` by an expectation; the others are what the error said. */
  readonly outcome: "done" | "refused" | "none" | "applied" | "unknown";
  /** Of the target, where that was told. */
  readonly version: number | null;
  /** When it was asked, in milliseconds by the machine's clock. */
  readonly asked: number;
  /** Of the error, where there was one. */
  readonly code: string | null;
}

/** Whether what was asked for surely happened. */
export function isDone({ outcome }: Told): boolean {
  return outcome === "done" || outcome === "applied";
}

/** Whether it surely did not. */
export function isUndone({ outcome }: Told): boolean {
  return outcome === "none" || outcome === "refused";
}
