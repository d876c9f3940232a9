import { basename, dirname, join } from "node:path";

/** The journal of the store at `path` whose first round is the one behind `after`. */
export function journalPath(path: string, after: number): string {
  return join(dirname(path), `${basename(path)}.journal.${after}`);
}

/** Behind which round a journal of the store begins, by its file's name; undefined for any other file. */
export function journalAfter(name: string, path: string): number | undefined {
  const prefix = `${basename(path)}.journal.`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return /^(?:0|[1-9][0-9]{0,15})$/.test(rest) ? Number(rest) : undefined;
}

/** Where a store is written that may not write its own file any more. The suffix is 16 hexadecimal digits. */
export function keptPath(path: string, suffix: string): string {
  return `${path}.${suffix}.kept`;
}

/** The name under which a damaged journal is kept. */
export function damagedPath(journal: string): string {
  return `${journal}.damaged`;
}

/** Whether a file of the store's folder is a journal of it that was kept because of its damage. */
export function isDamagedName(name: string, path: string): boolean {
  return name.endsWith(".damaged") && journalAfter(name.slice(0, -".damaged".length), path) !== undefined;
}
