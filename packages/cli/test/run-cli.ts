import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { run } from "../src/run.ts";

// What runs the tests may ask for colors, which tests of texts are not about.
for (const name of ["FORCE_COLOR", "NO_COLOR"]) Reflect.deleteProperty(process.env, name);

export interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command in this process, which is a good deal faster. */
export async function runHere(...args: readonly string[]): Promise<Outcome> {
  const [out, error] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(out), text(error)]);
  const exitCode = await run(args, { out, error });
  out.end();
  error.end();
  const [result, told] = await texts;
  return { exitCode, out: result, error: told };
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the command in a process of its own, as a shell would. */
export function runCli(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--conditions=holdfast-source", main, ...args], (_failure, out, error) =>
      resolve({ exitCode: child.exitCode ?? -1, out, error }),
    );
  });
}

/** Runs the command in a process of its own, and kills it at so many lines of its standard error. What it ended with. */
export async function killedAtLine(line: number, ...args: readonly string[]): Promise<string | null> {
  const child = spawn(process.execPath, ["--conditions=holdfast-source", main, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let seen = 0;
  for await (const _line of createInterface({ input: child.stderr })) if (++seen === line) child.kill("SIGKILL");
  const [, signal] = (await exited) as [number | null, string | null];
  return signal;
}
