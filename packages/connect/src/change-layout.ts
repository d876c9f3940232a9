import { planLayout as plan, pruneLayout as prune } from "@holdfast/core";
import type { LayoutPruning, OpenOptions } from "@holdfast/core";

import { chosenDriver } from "./connect.ts";
import type { StoreConfig } from "./connect.ts";

/**
 * The statements that opening the store with the model would change tables with, in order, for an administrator to run
 * instead; none where nothing is new. Undefined where the backend has no statements to run. Changes nothing. Throws as
 * `openStore` does.
 */
export async function planLayout(
  urlOrConfig: string | StoreConfig,
  options: OpenOptions,
): Promise<readonly string[] | undefined> {
  const { driver } = await chosenDriver(urlOrConfig);
  return await plan({ driver, options });
}

/**
 * Takes out of the store's model what the given model lacks: columns, indexes, references, and types without records. No
 * record is touched. A preview changes nothing. LAYOUT_OUTDATED where the store lacks something that the model declares.
 */
export async function pruneLayout(
  urlOrConfig: string | StoreConfig,
  options: OpenOptions,
  mode: "preview" | "apply",
): Promise<LayoutPruning> {
  const { driver } = await chosenDriver(urlOrConfig);
  return await prune({ driver, options }, mode);
}
