/** Starts a program as a child process and reads what it prints line by line. Disposing of it kills it by SIGKILL. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import type { Tools } from "./tools.ts";

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

export interface StartedProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  /** All lines until the one that begins so, with it. An error where the program ends before. */
  linesUntil(start: string): Promise<readonly string[]>;
  /** All lines that are not read yet, once it has ended. */
  restOfLines(): Promise<readonly string[]>;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  /** Resolves when it has ended. */
  readonly ending: Promise<Ending>;
}

export interface StartOptions {
  /** Node's own, before the program. */
  readonly nodeOptions?: readonly string[];
}

export function startProgram(
  tools: Tools,
  name: string,
  given: readonly string[],
  { nodeOptions = [] }: StartOptions = {},
): StartedProgram {
  const child = spawn(process.execPath, [...nodeOptions, tools.program(name), ...given], {
    env: { ...process.env, ...tools.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ending = once(child, "close").then(() => ({ code: child.exitCode, signal: child.signalCode, errors }));
  return {
    child,
    ending,
    async linesUntil(start) {
      const read: string[] = [];
      for (;;) {
        const line = await lines.next();
        if (line.done === true) {
          throw new Error(
            `${name} ended without "${start}": ${JSON.stringify(await ending)}, behind ${read.join("; ")}`,
          );
        }
        read.push(line.value);
        if (line.value.startsWith(start)) return read;
      }
    },
    async restOfLines() {
      const read: string[] = [];
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) read.push(line.value);
      return read;
    },
    tell: (line) => void child.stdin.write(`${line}\n`),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ending;
    },
  };
}
