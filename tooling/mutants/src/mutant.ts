/** A test by which a mutant must be found, as vitest picks it. */
export interface Finder {
  /** The vitest project: a package's name. */
  readonly project: string;
  /** A part of the test file's path. */
  readonly file: string;
  /** A pattern for the whole name of the test, as `-t` takes it. */
  readonly pattern: string;
}

/** A fault in the product: one text of one source file, replaced by another. */
export interface Mutant {
  /** For the command line: `pnpm mutants <name>`. */
  readonly name: string;
  /** The promise that it breaks. */
  readonly breaks: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly finder: Finder;
}

/** Sound sources that differ from the mutant's by one text; an error where the mutant is outdated. */
export function mutate({ name, file, find, replace }: Mutant, source: string): string {
  const found = source.split(find).length - 1;
  if (found !== 1) throw new Error(`"${name}" is outdated: its text stands ${found} times in ${file}, not once`);
  return source.replace(find, () => replace);
}
