/** Lets timers, sockets and other callers run before long work goes on. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
