import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A new temporary folder that goes with this process, however that ends: a shell waits for its standard input to be
 * closed, which the system sees to, and removes it.
 */
export function guardedFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const guard = spawn("/bin/sh", ["-c", 'cat > /dev/null; rm -rf "$1"', "guard", folder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return folder;
}
