import { HoldfastError, unionLayout } from "@holdfast/core";
import type { ErrorCode, Layout } from "@holdfast/core";

import { changeModel, isSameLayout } from "./change-model.ts";
import { upgradeAlone, withdrawUpgrade } from "./end-upgrade.ts";
import { rewrite } from "./rewrite.ts";
import type { RewriteOptions } from "./rewrite.ts";
import type { WorkParts } from "./work-batch.ts";

const refusals: readonly ErrorCode[] = [
  "INVALID_ENTITY",
  "INDEX_VALUE_TOO_LARGE",
  "UNIQUE_VIOLATION",
  "REFERENCE_VIOLATION",
];

/** Whether a coming layout was refused by records that do not bear it. */
export function isRefusal(thrown: unknown): boolean {
  return HoldfastError.is(thrown) && refusals.includes(thrown.code);
}

/** The first phase of an upgrade: no other process writes meanwhile, so one that fails in it has changed nothing. */
export function startUpgrade(parts: WorkParts, declared: Layout): Promise<void> {
  return upgradeAlone(parts, (upgrade, stored) => changeModel(upgrade, stored, declared));
}

/**
 * The second phase, for a layout that was declared: false where it stopped at `recordsMost`. Where another program's
 * model was on its way before, that may be the one that the records do not bear: then it is begun anew without it.
 */
export async function goOnWithUpgrade(
  parts: WorkParts,
  declared: Layout,
  options: Omit<RewriteOptions, "isOwn">,
): Promise<boolean> {
  for (;;) {
    try {
      return await rewrite(parts, { ...options, isOwn: true });
    } catch (thrown) {
      const { layout, coming } = parts.models.current;
      const isOwnFault = coming === undefined || isSameLayout(coming, unionLayout(layout, declared));
      if (!isRefusal(thrown) || isOwnFault) throw thrown;
      await withdrawUpgrade(parts, coming);
      await startUpgrade(parts, declared);
    }
  }
}
