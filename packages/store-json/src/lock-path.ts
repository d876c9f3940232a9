/** The file whose lock is that of the store at `path`. */
export function lockPath(path: string): string {
  return `${path}.lock`;
}
