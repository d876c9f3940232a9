import { rooms } from "../architecture.ts";
import { packageOf } from "../package-of.ts";
import type { Repository, Violation } from "../repository.ts";

/** Imports lead to lower levels. An optional peer may be higher, since it is asked for by `import()` when it is there. */
export function downhillImports({ files }: Repository): Violation[] {
  return files.flatMap(({ path, manifest, imports, isSource }) => {
    const own = rooms[manifest.name];
    if (own === undefined || !isSource) return [];
    return imports.flatMap(({ specifier, dynamic }) => {
      const name = packageOf(specifier);
      const room = name === undefined ? undefined : rooms[name];
      if (name === undefined || room === undefined || room.level < own.level) return [];
      if (dynamic && manifest.peerDependenciesMeta?.[name]?.optional === true) return [];
      return [`${path}: imports ${name}, which is not below ${manifest.name}`];
    });
  });
}
