import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A packed package: what `npm publish` would send. */
export interface Tarball {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** Packs every publishable package of the repository in `root` into `destination`; expects a build. */
export async function packPackages(root: string, destination: string): Promise<readonly Tarball[]> {
  const folders = globSync("packages/*/package.json", { cwd: root })
    .toSorted()
    .map((file) => path.join(root, path.dirname(file)));
  const published = folders.filter((folder) => !manifestOf(folder).private);
  return Promise.all(published.map((folder) => pack(folder, destination)));
}

async function pack(folder: string, destination: string): Promise<Tarball> {
  const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", destination], { cwd: folder });
  const { name, filename } = JSON.parse(stdout) as { readonly name: string; readonly filename: string };
  return { name, file: path.resolve(folder, filename) };
}

function manifestOf(folder: string): { readonly private?: boolean } {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { readonly private?: boolean };
}
