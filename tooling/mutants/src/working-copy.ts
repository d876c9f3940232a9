/**
 * A copy of the repository in the system's temporary folder, as it stands on the disk, uncommitted changes included: the
 * files that git knows or would add, and the links that make packages find each other. What is installed is not copied
 * but linked. Nothing in the repository itself is written; a killed process leaves its copy behind.
 */
import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { mutate } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

const run = promisify(execFile);
const listBytesMost = 64 * 1024 * 1024;

export class WorkingCopy implements AsyncDisposable {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async of(repository: string): Promise<WorkingCopy> {
    const root = await mkdtemp(path.join(tmpdir(), "holdfast-mutants-"));
    const copy = new WorkingCopy(root);
    try {
      await copyFiles(repository, root);
      await linkInstalled(repository, root);
      return copy;
    } catch (thrown) {
      await copy[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** Does `work` while the mutant is in place; the copy is as before when it is done. */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const file = path.join(this.root, mutant.file);
    const sound = await readFile(file, "utf8");
    await writeFile(file, mutate(mutant, sound));
    try {
      return await work();
    } finally {
      await writeFile(file, sound);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function copyFiles(repository: string, root: string): Promise<void> {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await run("git", list, { cwd: repository, maxBuffer: listBytesMost });
  for (const file of stdout.split("\0")) {
    if (file === "") continue;
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    // A file that was deleted but not committed is on the list, and gone.
    await cp(path.join(repository, file), path.join(root, file), { verbatimSymlinks: true }).catch(unlessGone);
  }
}

/** A package's own `node_modules` holds relative links, which lead to the packages of the copy once they stand in it. */
async function linkInstalled(repository: string, root: string): Promise<void> {
  const linkType = process.platform === "win32" ? "junction" : "dir";
  await symlink(path.join(repository, "node_modules"), path.join(root, "node_modules"), linkType);
  for await (const manifest of glob(["{packages,apps,examples,tooling}/*/package.json", "bench/package.json"], {
    cwd: root,
  })) {
    const modules = path.join(path.dirname(manifest), "node_modules");
    const options = { recursive: true, verbatimSymlinks: true, filter: (from: string) => !from.includes(".vite") };
    await cp(path.join(repository, modules), path.join(root, modules), options).catch(unlessGone);
  }
}

function unlessGone(thrown: unknown): void {
  if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
}
