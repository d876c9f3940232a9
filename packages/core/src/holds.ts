import { HoldfastError } from "./errors.ts";

export interface HoldOptions {
  /** Whose hold it is: 1 to 64 characters of A-Z a-z 0-9 _ -. One tenant has one hold of a name. */
  readonly name: string;
  /**
   * How long it holds without being moved on, in milliseconds, so that one whose follower is gone ends by itself. From 1
   * on. @default 30 days
   */
  readonly forMs?: number;
}

/** A follower for whom tombstones are kept that it has not seen. Times are microseconds since the epoch. */
export interface Hold {
  readonly tenant: string;
  readonly name: string;
  /** When it was first taken. */
  readonly since: number;
  /** When its follower last moved it on. */
  readonly moved: number;
  /** From when on it holds nothing any more, unless it is moved on before. */
  readonly expires: number;
}

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;
const dayMs = 86_400_000;

/** With the default filled in; INVALID_CONFIG. */
export function checkHold({ name, forMs = 30 * dayMs }: { name?: unknown; forMs?: unknown }): Required<HoldOptions> {
  checkHoldName(name);
  if (typeof forMs === "number" && forMs >= 1) return { name, forMs: Math.min(forMs, 100 * 365 * dayMs) };
  throw new HoldfastError('the "forMs" of a hold is a number from 1', { code: "INVALID_CONFIG" });
}

export function checkHoldName(name: unknown): asserts name is string {
  if (typeof name === "string" && namePattern.test(name)) return;
  throw new HoldfastError("a hold's name has 1 to 64 characters of A-Z a-z 0-9 _ -", { code: "INVALID_CONFIG" });
}
