import path from "node:path";

import type { Repository, Violation } from "../repository.ts";

/** No file imports itself by way of others, not even for a type. Each cycle is told once. */
export function noFileCycles({ files }: Repository): Violation[] {
  const targets = new Map(files.map((file) => [file.path, relativeTargets(file.path, file.imports)]));
  const done = new Set<string>();
  const trail: string[] = [];
  const violations: Violation[] = [];

  const visit = (file: string): void => {
    const start = trail.indexOf(file);
    if (start >= 0) violations.push([...trail.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    trail.push(file);
    for (const target of targets.get(file) ?? []) visit(target);
    trail.pop();
    done.add(file);
  };
  for (const file of targets.keys()) visit(file);
  return violations;
}

function relativeTargets(from: string, imports: readonly { readonly specifier: string }[]): string[] {
  return imports
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier }) => path.posix.join(path.posix.dirname(from), specifier));
}
