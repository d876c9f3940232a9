/** `Array.isArray` that does not turn what it finds into `any[]`. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
