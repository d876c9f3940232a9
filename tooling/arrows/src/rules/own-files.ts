import path from "node:path";

import type { Repository, Violation } from "../repository.ts";

/** A relative import stays in its package, and shipped code stays in `src`. */
export function ownFiles({ files }: Repository): Violation[] {
  return files.flatMap((file) => {
    const home = file.isSource ? `${file.folder}/src/` : `${file.folder}/`;
    return file.imports
      .filter(({ specifier }) => specifier.startsWith("."))
      .filter(({ specifier }) => !path.posix.join(path.posix.dirname(file.path), specifier).startsWith(home))
      .map(({ specifier }) => `${file.path}: reaches out of ${home} for ${specifier}`);
  });
}
