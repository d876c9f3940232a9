import { execFile } from "node:child_process";
import { cp, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import type { Tarball } from "./pack-packages.ts";

const run = promisify(execFile);

/** What somebody who starts with a JSON file installs; store-memory comes along. */
const firstSteps = ["connect", "core", "repositories", "store-json", "store-memory"].map((name) => `@holdfast/${name}`);

/**
 * Installs the first steps' tarballs with npm into an empty project, and runs the program of a new user there. Answers
 * with what should not have come along: native modules, database drivers, query builders.
 *
 * @param folder an empty folder outside of any workspace
 * @param program the file to run there, whose failure is ours
 */
export async function installAsUser(
  tarballs: readonly Tarball[],
  folder: string,
  program: string,
): Promise<readonly string[]> {
  const dependencies = Object.fromEntries(
    tarballs.filter(({ name }) => firstSteps.includes(name)).map(({ name, file }) => [name, `file:${file}`]),
  );
  const manifest = { name: "first-steps", private: true, type: "module", dependencies };
  await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder });

  const copy = path.join(folder, path.basename(program));
  await cp(program, copy);
  await run(process.execPath, [copy], { cwd: folder });
  return unwanted(await readdir(path.join(folder, "node_modules"), { recursive: true }));
}

/** Of the paths below a `node_modules` folder, those that a start with a JSON file must not bring. */
export function unwanted(paths: readonly string[]): readonly string[] {
  return paths.filter((file) => /\.node$|(^|[\\/])(better-sqlite3|kysely|pg)$/.test(file));
}
