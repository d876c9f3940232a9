import type { TurnClock } from "@holdfast/core";

/** What waits, so that a test can say when it has waited long enough. */
export interface Clock extends TurnClock {
  /** Runs once after so many milliseconds, unless it is called off. Keeps no process alive. */
  after(delayMs: number, run: () => void): CallOff;
}

export type CallOff = () => void;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  behindOthers: (run) => void setImmediate(run),
};
