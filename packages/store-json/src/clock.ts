/** What waits, so that a test can say when it has waited long enough. */
export interface Clock {
  /** Runs once after so many milliseconds, unless it is called off. Keeps no process alive. */
  after(delayMs: number, run: () => void): CallOff;
}

export type CallOff = () => void;

export const systemClock: Clock = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
