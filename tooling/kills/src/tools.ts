import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { bundlePrograms } from "./bundle-programs.ts";

/** What starting programs takes, and a folder for everything, which is removed when the tools are disposed of. */
export interface Tools extends AsyncDisposable {
  readonly folder: string;
  /** The file of a program, by its name. */
  program(name: string): string;
  /** What programs want in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function makeTools(programs: readonly string[]): Promise<Tools> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-kills-"));
  const bundled = await bundlePrograms(programs, folder);
  return {
    folder,
    program: (name) => path.join(bundled, `${name}.js`),
    environment: { NODE_COMPILE_CACHE: path.join(folder, "compiled") },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
