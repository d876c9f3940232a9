import { StorageManager } from "@holdfast/repositories";
import type { StoreUnderTest } from "@holdfast-tooling/stores";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";

/** An open manager for the tests of a block, whose storage is empty at the start of each: `view` is handed it. */
export function eachWithManager(target: StoreUnderTest, view: (manager: StorageManager) => void): void {
  let manager: StorageManager | undefined;
  beforeAll(async () => {
    manager = await StorageManager.open(await target.freshUrl());
  });
  beforeEach(async () => {
    if (manager === undefined) return;
    await manager.resetStorage();
    view(manager);
  });
  afterAll(() => manager?.close());
}

/** A folder of its own in which the process runs, and no variables that name a store; `view` is handed it. */
export function eachInFolder(view: (folder: string) => void): void {
  const home = process.cwd();
  let folder = home;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "holdfast-managers-")));
    process.chdir(folder);
    for (const name of ["HOLDFAST_STORE", "HOLDFAST_ENV", "NODE_ENV"]) vi.stubEnv(name, "");
    view(folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    process.chdir(home);
    await rm(folder, { recursive: true });
  });
}

/** A call as callers without types make it. */
export async function untyped(call: (given: never) => Promise<unknown>, given: unknown): Promise<unknown> {
  const calling: unknown = Reflect.apply(call, undefined, [given]);
  return calling;
}
