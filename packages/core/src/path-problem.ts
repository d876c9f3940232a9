/**
 * Why a text cannot be the path of a store's file, as the rest of a sentence; undefined where it can. What a database
 * would take for more than a path is refused, so that a setting or a scheme in it never takes effect unseen.
 */
export function pathProblem(path: unknown): string | undefined {
  if (typeof path !== "string" || path.trim() === "") return "must not be empty";
  if (path.includes("\0")) return "must not hold a NUL";
  if (/^file:/i.test(path)) return 'must be a path, without "file:" before it';
  if (/\?[\w.-]+=/.test(path)) return "takes no parameters behind it: options are handed to openStore";
  return /[/\\]$/.test(path) ? "must name a file, not a folder" : undefined;
}
