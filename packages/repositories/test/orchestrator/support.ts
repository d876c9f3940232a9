import { openStateStore, orchestratorModel } from "@holdfast/repositories";
import type { IntelItemDraft, StateStore } from "@holdfast/repositories";
import type { StoreUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Store } from "@holdfast/core";

/** A state for each test, in a tenant of its own. */
export function eachWithState(target: StoreUnderTest, use: (state: StateStore) => void): void {
  let opened: Store | undefined;
  let tests = 0;
  beforeAll(async () => {
    opened = await target.open({ model: orchestratorModel });
  });
  beforeEach(async () => {
    if (opened !== undefined) use(await openStateStore(opened.tenant(`test-${(tests += 1)}`)));
  });
  afterAll(() => opened?.close());
}

/** An item as short as it may be. */
export function item(itemId: string, runId = "run-1"): IntelItemDraft {
  return { itemId, runId, itemType: "news", title: `Title of ${itemId}`, summary: "In short" };
}

/** Items with numbered ids. */
export function items(count: number, runId = "run-1"): readonly IntelItemDraft[] {
  return Array.from({ length: count }, (_, at) => item(`${runId}-item-${at}`, runId));
}

export function idsOf(entities: readonly { readonly id: string }[]): readonly string[] {
  return entities.map(({ id }) => id);
}
