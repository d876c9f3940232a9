/** `SEED`, `CALLS` and `CLIENTS` of the environment: calls are those of all clients of one history. */
export function sizesFromEnvironment() {
  const { SEED, CALLS, CLIENTS } = process.env;
  return {
    seed: Number(SEED),
    calls: Number(CALLS ?? 300),
    clients: Number(CLIENTS ?? 5),
  };
}
