import type { Logger } from "./open-options.ts";

/** How a backend is asked to recover a damaged store. */
export interface RecoverOptions {
  /** A preview changes nothing. */
  readonly mode: "preview" | "apply";
  /** `accept`: what somebody changed by hand is taken as it is, where it reads well; else it counts as damage. */
  readonly edits: "refuse" | "accept";
  /** How long to wait for another process that has the store open, in milliseconds. */
  readonly lockTimeoutMs: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/** A part of a store that could not be recovered. It is still in a file that was kept. */
export interface LostPart {
  /** The file's path. */
  readonly path: string;
  /** From 1; undefined where no line is meant. */
  readonly line?: number;
  /** Of its first byte in the file. */
  readonly offset?: number;
  readonly reason: string;
}

export interface RecoveryReport {
  /** `whole`: nothing was wrong. `complete`: all that was stored is there again. `partial`: what could be proven whole. */
  readonly outcome: "whole" | "complete" | "partial";
  /** How many the store holds now. */
  readonly records: number;
  readonly tombstones: number;
  /** How many of both read well, and could not be proven whole: an older form says nothing of that. */
  readonly unproven: number;
  readonly lost: readonly LostPart[];
  /** The names under which files are kept as they were; in a preview, the files of which that would be done. */
  readonly kept: readonly string[];
}
