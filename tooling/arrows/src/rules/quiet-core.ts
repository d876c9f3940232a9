import type { Repository, Violation } from "../repository.ts";

const outside = /^(node:)?(child_process|cluster|dgram|fs|http|http2|https|net|sqlite|tls|worker_threads)(\/|$)/;

/** The core touches no disk, no network and no other process. */
export function quietCore({ files }: Repository): Violation[] {
  return files
    .filter(({ manifest, isSource }) => isSource && manifest.name === "@holdfast/core")
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => outside.test(specifier))
        .map(({ specifier }) => `${path}: imports ${specifier}, and the core touches nothing outside`),
    );
}
