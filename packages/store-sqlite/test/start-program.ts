import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { onTestFinished } from "vitest";

/** Another process on a database; what it says comes line by line, and it is gone when the test is done. */
export function start(program: string, ...given: readonly string[]) {
  const script = join(import.meta.dirname, "programs", program);
  const child = spawn(process.execPath, ["--conditions=holdfast-source", script, ...given], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async nextLine(): Promise<string> {
      const { value } = await lines.next();
      return String(value);
    },
  };
}
