import { outsideParts } from "../architecture.ts";
import type { Repository, Violation } from "../repository.ts";

const outside = /^(node:)?(child_process|crypto|fs|http|net|sqlite|timers|tls|worker_threads)(\/|$)/;

/** Where a room is handed what it reaches outside, so that faults can be simulated, only its named files may import that. */
export function handedInParts({ files }: Repository): Violation[] {
  return files.flatMap(({ path, folder, manifest, isSource, imports }) => {
    const parts = outsideParts[manifest.name];
    if (!isSource || parts === undefined || parts.includes(path.slice(`${folder}/src/`.length))) return [];
    return imports
      .filter(({ specifier }) => outside.test(specifier))
      .map(({ specifier }) => `${path}: imports ${specifier}, which it must be handed`);
  });
}
