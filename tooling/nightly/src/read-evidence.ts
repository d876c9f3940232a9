import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Evidence } from "./evidence.ts";

/** What the checks of a part wrote, by the names of their files; nothing where they wrote nothing. */
export async function readEvidence(folder: string): Promise<readonly Evidence[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as Evidence));
}
