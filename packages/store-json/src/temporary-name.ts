import { basename, dirname, join } from "node:path";

/** Where a file is written before it takes the store's place. The suffix is 16 hexadecimal digits. */
export function temporaryPath(path: string, suffix: string): string {
  return join(dirname(path), `${basename(path)}.${suffix}.tmp`);
}

/** The names that unfinished saves of this file leave behind when their process is killed. */
export function isTemporaryName(name: string, path: string): boolean {
  const prefix = `${basename(path)}.`;
  return name.startsWith(prefix) && /^[0-9a-f]{16}\.tmp$/.test(name.slice(prefix.length));
}
