import type { OpenOptions } from "@holdfast/core";

import type { Plan } from "./steps.ts";

/** What the writing program is asked to do. */
export interface Work {
  /** Of the stores that it works on, all at once. */
  readonly urls: readonly string[];
  readonly plan: Plan;
  /** The lanes that this process works in; others may be another's. @default all of the plan's */
  readonly own?: readonly number[];
  /** How many each lane does before the stores are closed. */
  readonly steps: number;
  readonly options?: Pick<OpenOptions, "lockTimeoutMs" | "busyTimeoutMs">;
}

/** What a store's writer was told before it ended. */
export interface Told {
  /** How far each lane had come when the store was opened; undefined where it was not. */
  readonly found: readonly number[] | undefined;
  /** Whether the first batch was acknowledged. */
  readonly isSetUp: boolean;
  /** The last acknowledged step of each lane, 0 for none. */
  readonly acknowledged: readonly number[];
}

/** What the writing program printed, for each of its stores. A line that was not printed to its end counts for nothing. */
export function readTold(printed: string, { urls, plan }: Pick<Work, "urls" | "plan">): readonly Told[] {
  const lines = printed.split("\n").slice(0, -1);
  return urls.map((_url, place) => {
    const own = lines.map((line) => line.split(" ")).filter(([, at]) => at === String(place));
    const opened = own.find(([word]) => word === "opened");
    const found = opened?.slice(2).map(Number);
    const acknowledged = Array.from({ length: plan.lanes }, (_each, lane) => found?.[lane] ?? 0);
    for (const [word, , lane = "", step = ""] of own) if (word === "did") acknowledged[Number(lane)] = Number(step);
    return { found, isSetUp: own.some(([word]) => word === "set"), acknowledged };
  });
}

/** How many acknowledgements the program printed. */
export function countAcknowledged(printed: string): number {
  return printed.split("\n").filter((line) => line.startsWith("did ")).length;
}
