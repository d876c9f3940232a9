import { loadEntities } from "./load-entities.ts";
import { Cases } from "./workflow/cases.ts";
import { Jobs } from "./workflow/jobs.ts";
import type { Loaded, LoadOptions } from "./load-types.ts";
import type { StoreSession } from "@holdfast/core";

/**
 * Every stored job and case, and all of `others`, by the rules of `loadRunning`. New registries hold all of them; those
 * that are given hold as many finished ones as they were made to keep. TIMEOUT; ABORTED.
 */
export async function loadAll(session: StoreSession, options: LoadOptions = {}): Promise<Loaded> {
  const { entities } = options;
  const all = { keepFinished: Infinity, ...(entities !== undefined && { entities }) };
  const { jobs = Jobs(all), cases = Cases(all) } = options;
  return loadEntities(session, () => [{}], { ...options, jobs, cases });
}
