/** What waits, so that a test can say when it has waited long enough. */
export interface Clock {
  /** Milliseconds since some moment, which never go back. */
  now(): number;
  /** Runs once after so many milliseconds, unless it is called off. Keeps no process alive. */
  after(delayMs: number, run: () => void): CallOff;
  /** Runs once when timers, sockets and other callers had their turn. */
  behindOthers(run: () => void): void;
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
