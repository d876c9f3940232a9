import { afterEach, expect, test, vi } from "vitest";

import { setup } from "../src/global-setup.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("starts nothing when Postgres is left out", async () => {
  vi.stubEnv("STORES", "memory,json");
  expect(await setup()).toBeUndefined();
});

test("fails, and says what to do, when the server that was given cannot be reached", async () => {
  vi.stubEnv("STORES", "postgres");
  vi.stubEnv("DATABASE_URL", "postgres://nobody@localhost/none?host=%2Fno%2Fsuch%2Ffolder");
  await expect(setup()).rejects.toThrow(/DATABASE_URL cannot be used[^]*STORES=memory/);
});
