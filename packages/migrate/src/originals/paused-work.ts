import { eventLoopTurn, HoldfastError } from "@holdfast/core";

/** Pauses that are passed over before the event loop has its turn. */
const pausesPerTurn = 100;

/** The result of work that pauses, without any pause. */
export function atOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The result of work that pauses, in which the event loop has its turn every now and then. ABORTED by the signal. */
export async function inTurns<T>(work: Generator<unknown, T>, signal: AbortSignal | undefined): Promise<T> {
  for (let pauses = 0; ; pauses++) {
    if (pauses % pausesPerTurn === 0) {
      await eventLoopTurn();
      if (signal?.aborted === true) {
        throw new HoldfastError("the import was aborted", { code: "ABORTED", cause: signal.reason });
      }
    }
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
