/**
 * Compiles the shim that stands between a program and its system calls, with gcc, into a folder of the caller's. Linux
 * only: elsewhere libraries are preloaded otherwise, or not at all.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = path.join(import.meta.dirname, "fault-shim.c");

/** Undefined where the shim can be compiled and preloaded. */
export async function shimMissing(): Promise<string | undefined> {
  if (process.platform !== "linux") return `system calls are faulted on Linux, not on ${process.platform}`;
  try {
    await run("gcc", ["--version"]);
    return undefined;
  } catch {
    return "there is no gcc";
  }
}

/** Gives the library's path. */
export async function compileShim(folder: string): Promise<string> {
  const library = path.join(folder, "fault-shim.so");
  await run("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-ldl"]);
  return library;
}
