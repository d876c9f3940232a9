/**
 * Starts Node programs that each print a line when they are ready, and lets them go at one moment, when all are: a process
 * takes longer to start than to do its work. They go when their standard input ends.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { PassThrough } from "node:stream";

/** What each printed after its first line. One that fails, or ends too early, fails all. */
export async function runTogether(programs: readonly (readonly string[])[]): Promise<readonly string[]> {
  const children = programs.map((given) => spawn(process.execPath, given, { stdio: ["pipe", "pipe", "inherit"] }));
  const printed = children.map(({ stdout }) => text(stdout.pipe(new PassThrough())));
  const ended = children.map(async (child) => {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    if (code !== 0) throw new Error(`a process ended with ${code ?? signal}`);
  });
  await Promise.race([Promise.all(children.map(({ stdout }) => once(stdout, "data"))), Promise.all(ended)]);
  for (const { stdin } of children) stdin.end();
  await Promise.all(ended);
  return (await Promise.all(printed)).map((each) => each.slice(each.indexOf("\n") + 1));
}
