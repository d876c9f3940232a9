import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { type Manifest, type Repository, repositoryOf } from "./repository.ts";

const packages = "{packages/*,apps/*,examples/*,tooling/*,bench}";

/** Reads the manifests, sources and tests of the repository that lies in `root`. */
export function readRepository(root: string): Repository {
  const readText = (file: string) => readFileSync(path.join(root, file), "utf8");
  const list = (pattern: string) => globSync(pattern, { cwd: root }).map((file) => file.replaceAll(path.sep, "/"));

  const manifestFiles = ["package.json", ...list(`${packages}/package.json`)];
  const manifests = manifestFiles.map((file) => [path.posix.dirname(file), JSON.parse(readText(file)) as Manifest]);
  const files = list(`${packages}/{src,test}/**/*.{ts,tsx}`).map((file) => [file, readText(file)]);
  const { references } = JSON.parse(readText("tsconfig.json")) as { readonly references: readonly { path: string }[] };

  return repositoryOf({
    manifests: Object.fromEntries(manifests) as Record<string, Manifest>,
    files: Object.fromEntries(files) as Record<string, string>,
    typeChecked: references.map((reference) => reference.path),
  });
}
