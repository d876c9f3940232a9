/** The same so many times, each awaited. */
export async function repeated(times: number, operation: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) await operation();
}

/** One after another, each awaited. */
export async function inTurn<T>(things: readonly T[], operation: (thing: T) => Promise<unknown>): Promise<void> {
  for (const thing of things) await operation(thing);
}

/** So many loops side by side, each of which takes the next thing and awaits its operation. */
export async function inLoops<T>(
  loops: number,
  things: readonly T[] | ReadonlySet<T>,
  operation: (thing: T) => Promise<unknown>,
): Promise<void> {
  const rest = things.values();
  const loop = async (): Promise<void> => {
    for (const thing of rest) await operation(thing);
  };
  await Promise.all(Array.from({ length: loops }, loop));
}
