import { packageOf } from "../package-of.ts";
import type { Repository, SourceFile, Violation } from "../repository.ts";

/** A file imports what its own package.json declares: shipped code no development tool, tests the root's tools too. */
export function declaredImports({ files, manifests }: Repository): Violation[] {
  const rootTools = Object.keys(manifests.get(".")?.devDependencies ?? {});
  return files.flatMap((file) => {
    const declared = [...declaredBy(file), ...(file.isSource ? [] : rootTools)];
    return file.imports.flatMap(({ specifier }) => {
      const name = packageOf(specifier);
      return name === undefined || declared.includes(name)
        ? []
        : [`${file.path}: imports ${name}, which is undeclared`];
    });
  });
}

function declaredBy({ manifest, isSource }: SourceFile): string[] {
  const forTests = [manifest.name, ...Object.keys(manifest.devDependencies ?? {})];
  return [
    ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }),
    ...(isSource && manifest.private !== true ? [] : forTests),
  ];
}
