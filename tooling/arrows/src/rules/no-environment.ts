import { environmentRooms } from "../architecture.ts";
import type { Repository, Violation } from "../repository.ts";

/** What a library does follows from its arguments; only the doors to the outside read the environment. */
export function noEnvironment({ files }: Repository): Violation[] {
  return files.flatMap(({ path, folder, manifest, readsEnvironment }) => {
    const isLibrary = folder.startsWith("packages/") && !environmentRooms.includes(manifest.name);
    return isLibrary && readsEnvironment ? [`${path}: reads the environment`] : [];
  });
}
