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

/** Where the snapshot before the newest one is kept while a process writes. */
export function formerPath(path: string): string {
  return `${path}.former`;
}

/** Where a store is written that may not write its own file any more. The suffix is 16 hexadecimal digits. */
export function keptPath(path: string, suffix: string): string {
  return `${path}.${suffix}.kept`;
}
