/**
 * Compiles the shim that stands between a program and its system calls, with gcc, into a folder of the caller's. Linux
 * only: elsewhere libraries are preloaded otherwise, or not at all.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = path.join(import.meta.dirname, "fault-shim.c");

/** Gives the library's path, or why there is none. */
export async function compileShim(
  folder: string,
): Promise<{ readonly library: string } | { readonly missing: string }> {
  if (process.platform !== "linux") return { missing: `system calls are faulted on Linux, not on ${process.platform}` };
  const library = path.join(folder, "fault-shim.so");
  try {
    await run("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-ldl"]);
    return { library };
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return { missing: "there is no gcc" };
    throw thrown;
  }
}
