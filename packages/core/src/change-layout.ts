import { driverOptions } from "./driver-options.ts";
import type { Driver } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { emptyLayout } from "./layout.ts";
import type { OpenOptions } from "./open-options.ts";
import type { LayoutPruning } from "./pruned-layout.ts";

export interface ChangeLayoutOptions {
  /** A driver that is not open yet; it is closed afterwards. */
  readonly driver: Driver;
  readonly options: OpenOptions;
}

/**
 * The statements that opening with the model would change tables with, in order, for an administrator to run instead;
 * none where nothing is new. Undefined where the backend has no statements to run. Changes nothing.
 */
export async function planLayout({ driver, options }: ChangeLayoutOptions): Promise<readonly string[] | undefined> {
  await using closing = driver;
  return await closing.planLayout?.(
    options.model?.layout ?? emptyLayout,
    driverOptions({ ...options, access: "read" }),
  );
}

/**
 * Takes out of the stored model what the given model lacks: columns, indexes, references, and types without records. No
 * record is touched. A preview changes nothing. LAYOUT_OUTDATED where the store lacks something that the model declares.
 */
export async function pruneLayout(
  { driver, options }: ChangeLayoutOptions,
  mode: "preview" | "apply",
): Promise<LayoutPruning> {
  await using opened = driver;
  const { model } = options;
  if (model === undefined) {
    throw new HoldfastError("pruning a layout takes the model that is to stay", { code: "INVALID_CONFIG" });
  }
  await opened.open(model.layout, driverOptions({ ...options, layout: "check" }));
  if (opened.pruneLayout === undefined) {
    throw new HoldfastError("this backend cannot prune its layout", { code: "INVALID_CONFIG" });
  }
  return await opened.pruneLayout(model.layout, mode);
}
