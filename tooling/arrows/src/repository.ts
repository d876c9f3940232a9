import { parseSource, type SourceFacts } from "./parse-source.ts";

/** What the rules read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface SourceFile extends SourceFacts {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  /** The folder of its package, likewise. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Whether it is shipped or run, not a test. */
  readonly isSource: boolean;
}

/** A whole repository as a value, which is what makes every rule a pure function. */
export interface Repository {
  /** By the package's folder from the root; the root's own is at ".". */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly files: readonly SourceFile[];
  /** Folders and files that the root's tsconfig.json refers to. */
  readonly typeChecked: readonly string[];
}

/** One broken rule, as a line that begins with the file that breaks it. */
export type Violation = string;

/** Makes a repository out of texts, by path. Files outside any package are left out. */
export function repositoryOf(input: {
  readonly manifests: Readonly<Record<string, Manifest>>;
  readonly files: Readonly<Record<string, string>>;
  readonly typeChecked?: readonly string[];
}): Repository {
  const manifests = new Map(Object.entries(input.manifests));
  const folders = [...manifests.keys()].filter((folder) => folder !== ".");
  const files = Object.entries(input.files).flatMap(([path, text]): SourceFile[] => {
    const folder = folders.find((candidate) => path.startsWith(`${candidate}/`));
    const manifest = folder === undefined ? undefined : manifests.get(folder);
    if (folder === undefined || manifest === undefined) return [];
    const isSource = path.startsWith(`${folder}/src/`);
    return [{ path, folder, manifest, isSource, ...parseSource(path, text) }];
  });
  return { manifests, files, typeChecked: input.typeChecked ?? folders };
}
