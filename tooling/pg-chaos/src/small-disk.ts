import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A file system in memory of so many MiB, which belongs to whom a server's files belong to. It takes root and Linux. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  constructor(mebibytes: number, { dataDirectory }: { readonly dataDirectory: string }) {
    this.folder = mkdtempSync(path.join(tmpdir(), "holdfast-disk-"));
    mount("-t", "tmpfs", "-o", `size=${mebibytes}m,mode=700`, "tmpfs", this.folder);
    const { uid, gid } = statSync(dataDirectory);
    chownSync(this.folder, uid, gid);
  }

  grow(mebibytes: number): void {
    mount("-o", `remount,size=${mebibytes}m`, this.folder);
  }

  [Symbol.dispose](): void {
    // Lazily: whatever still lies open there must not keep the folder.
    execFileSync("umount", ["--lazy", this.folder], { stdio: "pipe" });
    rmdirSync(this.folder);
  }
}

/** Why there can be none here, or undefined where there can. */
export function missingDisks(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root on Linux may mount a small disk";
  try {
    new SmallDisk(1, { dataDirectory: tmpdir() })[Symbol.dispose]();
    return undefined;
  } catch (thrown) {
    return `nothing can be mounted here: ${String(thrown)}`;
  }
}

function mount(...given: readonly string[]): void {
  execFileSync("mount", given, { stdio: "pipe" });
}
