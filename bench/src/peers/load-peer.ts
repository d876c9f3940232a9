import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = fileURLToPath(new URL("../../peers", import.meta.url));

/**
 * Other libraries are not among what the repository installs: they are many, and some bring binaries. They stand in a
 * folder with a lockfile of its own, which the first run that measures them fills.
 */
export async function installPeers(): Promise<void> {
  if (existsSync(`${folder}/node_modules/.modules.yaml`)) return;
  await promisify(execFile)("pnpm", ["install", "--frozen-lockfile"], { cwd: folder });
}

/** One of them, in the part of its form that is used here. It fails where the package could not be installed. */
export async function loadPeer<T>(name: string): Promise<T> {
  const { load } = (await import(`${folder}/load.mjs`)) as { readonly load: (name: string) => Promise<unknown> };
  return (await load(name)) as T;
}
