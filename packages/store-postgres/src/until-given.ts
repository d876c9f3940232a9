/** What a promise gives, unless the signal is given before: then its reason is thrown, and what comes late discarded. */
export async function untilGiven<T>(signal: AbortSignal, promise: Promise<T>, discard: (late: T) => void): Promise<T> {
  let stop: () => void = () => undefined;
  const given = new Promise<"given">((resolve) => (stop = () => resolve("given")));
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    const first = await Promise.race([given, promise.then((value) => ({ value }))]);
    if (first !== "given") return first.value;
    promise.then(discard, () => undefined);
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
