import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

import { onTestFinished } from "vitest";

export interface StartedProgram {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  nextLine(): Promise<string>;
}

/** Starts the programs of a folder as other processes on a database; each is gone when its test is done. */
export function programsIn(folder: string): (program: string, ...given: readonly string[]) => StartedProgram {
  return (program, ...given) => {
    const child = spawn(process.execPath, ["--conditions=holdfast-source", join(folder, program), ...given], {
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
  };
}
