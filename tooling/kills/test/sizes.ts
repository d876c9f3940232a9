/** `SEED` and `KILLS` of the environment: how many processes are killed for one backend. */
export function sizesFromEnvironment(): { readonly seed: number; readonly kills: number } {
  const { SEED, KILLS } = process.env;
  return { seed: Number(SEED), kills: Number(KILLS ?? 400) };
}
