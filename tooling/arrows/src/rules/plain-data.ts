import { plainDataRooms } from "../architecture.ts";
import { packageOf } from "../package-of.ts";
import type { Repository, Violation } from "../repository.ts";

/** A store has never heard of schemas. */
export function plainData({ files }: Repository): Violation[] {
  return files
    .filter(({ manifest }) => plainDataRooms.includes(manifest.name))
    .filter(({ imports }) => imports.some(({ specifier }) => packageOf(specifier) === "zod"))
    .map(({ path }) => `${path}: imports zod, and a store knows plain data only`);
}
