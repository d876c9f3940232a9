/** One after another, each awaited. */
export async function inTurn(operations: number, operation: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < operations; at++) await operation(at);
}

/** So many loops side by side, each of which awaits one operation after another. */
export async function inLoops(
  loops: number,
  operations: number,
  operation: (at: number) => Promise<unknown>,
): Promise<void> {
  let at = 0;
  const loop = async (): Promise<void> => {
    while (at < operations) await operation(at++);
  };
  await Promise.all(Array.from({ length: loops }, loop));
}
