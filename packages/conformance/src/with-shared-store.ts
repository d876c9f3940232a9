import type { Store } from "@holdfast/core";

import type { TestRunner } from "./runner.ts";

/** Registers tests that share one store: it is opened by the first of them that asks, and closed behind the last. */
export function withSharedStore(
  runner: TestRunner,
  open: () => Promise<Store>,
  register: (store: () => Promise<Store>) => void,
): void {
  let shared: Promise<Store> | undefined;
  const close = async (): Promise<void> => (await shared?.catch(() => undefined))?.close();
  runner.afterAll?.(close);
  register(() => (shared ??= open()));
  if (runner.afterAll === undefined) runner.test("the store of these tests closes", close);
}
