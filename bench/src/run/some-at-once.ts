import { availableParallelism } from "node:os";

/** What is not measured need not be done one by one: as many at a time as there are cores. Results are in the order of the things. */
export async function someAtOnce<T, R>(things: readonly T[], work: (thing: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const rest = things.entries();
  const lane = async (): Promise<void> => {
    for (const [at, thing] of rest) results[at] = await work(thing);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}
