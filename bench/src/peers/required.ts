export function required<T>(found: T | null | undefined, id: string): T {
  if (found === undefined || found === null) throw new Error(`there is no ${id}`);
  return found;
}
