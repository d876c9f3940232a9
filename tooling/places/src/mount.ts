import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own below a new temporary folder, until it is disposed of. */
export interface Mount extends Disposable {
  readonly folder: string;
  /** Changes its options, as `mount -o remount` does. */
  remount(options: string): void;
}

/** Why nothing can be mounted here; undefined where it can. */
export const missing: string | undefined = whatIsMissing();

/** A new file system in memory. The options are those of tmpfs, such as `size=64k` or `nr_inodes=8`. */
export function mountTmpfs(options: string): Mount {
  return mounted((folder) => ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
}

/** A new file system on a disk of its own, in a file; undefined where none can be made. Its `abort` makes it read-only. */
export function mountExt4(): Mount | undefined {
  const image = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
  const file = join(image, "disk");
  try {
    writeFileSync(file, Buffer.alloc(8 * 1024 * 1024));
    execFileSync("mkfs.ext4", ["-q", "-O", "^has_journal", file], { stdio: "pipe" });
    return mounted((folder) => ["-o", "loop", file, folder]);
  } catch {
    return undefined;
  } finally {
    rmSync(image, { recursive: true });
  }
}

/** Another folder's content, once more, where it cannot be written. */
export function mountReadOnly(of: string): Mount {
  const mount = mounted((folder) => ["--bind", of, folder]);
  mount.remount("bind,ro");
  return mount;
}

function mounted(given: (folder: string) => readonly string[]): Mount {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-mount-"));
  try {
    execFileSync("mount", given(folder), { stdio: "pipe" });
  } catch (thrown) {
    rmdirSync(folder);
    throw thrown;
  }
  return {
    folder,
    remount: (options) => void execFileSync("mount", ["-o", `remount,${options}`, folder], { stdio: "pipe" }),
    [Symbol.dispose]() {
      // Lazily: whatever a failed test left open there must not keep the folder.
      execFileSync("umount", ["--lazy", folder], { stdio: "pipe" });
      rmdirSync(folder);
    },
  };
}

function whatIsMissing(): string | undefined {
  if (process.platform !== "linux") return "these tests need Linux";
  if (process.getuid?.() !== 0) return "these tests need to be run as root, to mount file systems";
  try {
    mountTmpfs("size=64k")[Symbol.dispose]();
    return undefined;
  } catch (thrown) {
    return `nothing can be mounted here: ${String(thrown)}`;
  }
}
