import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A sentence that users rely on, and the test that shows it. */
export interface EvidencePromise {
  readonly promise: string;
  /** The test's file, from the repository's root, with forward slashes. */
  readonly test: string;
  /** The test's name. */
  readonly name: string;
}

/** What a long check saw. */
export interface Evidence {
  /** The file's name without its ending: small letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** What was counted, by label, in the order in which it is to be read. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly promises: readonly EvidencePromise[];
}

/**
 * Writes what a check saw to `<name>.json` in the folder that the environment variable HOLDFAST_EVIDENCE names, which is
 * made where it is missing. Does nothing where the variable is not set, or empty. Called at the end of a check that
 * passed; a later call with the same name counts.
 */
export async function writeEvidence(evidence: Evidence): Promise<void> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(evidence.name)) throw new Error(`"${evidence.name}" is no name for evidence`);
  const folder = process.env["HOLDFAST_EVIDENCE"];
  if (folder === undefined || folder === "") return;
  const { name, title, figures, promises } = evidence;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, `${name}.json`),
    `${JSON.stringify({ name, title, figures, promises }, undefined, 2)}\n`,
  );
}
