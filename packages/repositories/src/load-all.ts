import { loadEntities } from "./load-entities.ts";
import type { Loaded, LoadOptions } from "./load-types.ts";
import type { OverStore } from "./workflow/stored-step.ts";
import type { StoreSession } from "@holdfast/core";

/**
 * Every stored job and case, and all of `others`, by the rules of `loadRunning`. New registries hold all of them; those
 * that are given hold as many finished ones as they were made to keep. TIMEOUT; ABORTED.
 */
export async function loadAll(from: StoreSession | OverStore, options: LoadOptions = {}): Promise<Loaded> {
  return loadEntities(from, { of: () => [{}], keepFinished: Infinity }, options);
}
