import { dirname, join } from "node:path";
import type { DurableFs } from "./durable-fs.ts";
import { journalAfter } from "./journal-name.ts";

export interface FoundJournal {
  readonly path: string;
  /** Behind which round it begins. */
  readonly after: number;
}

/** The journals of the store at `path`, the oldest first. */
export async function findJournals(fs: DurableFs, path: string): Promise<readonly FoundJournal[]> {
  const folder = dirname(path);
  const found: FoundJournal[] = [];
  for (const name of await fs.list(folder)) {
    const after = journalAfter(name, path);
    if (after !== undefined) found.push({ path: join(folder, name), after });
  }
  return found.sort((a, b) => a.after - b.after);
}
