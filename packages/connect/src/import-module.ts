import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Imports a package or, where it is given as a path, a file; a path counts from the folder that the process runs in. */
export async function importModule(specifier: string): Promise<unknown> {
  if (isPath(specifier)) return await import(pathToFileURL(path.resolve(specifier)).href);
  try {
    return await import(specifier);
  } catch (cause) {
    const found = isMissing(cause, specifier) ? resolveFromHere(specifier) : undefined;
    if (found === undefined) throw cause;
    return await import(pathToFileURL(found).href);
  }
}

/** Whether an import failed because this very module is not there, and not one that it imports itself. */
export function isMissing(error: unknown, specifier: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") return false;
  const named = isPath(specifier) ? path.resolve(specifier) : specifier;
  const [what = ""] = error.message.split(" imported from ");
  return what.includes(`'${named}'`);
}

function resolveFromHere(specifier: string): string | undefined {
  try {
    return createRequire(path.join(process.cwd(), "package.json")).resolve(specifier);
  } catch {
    return undefined; // Then the first error, which names the package, says it best.
  }
}

function isPath(specifier: string): boolean {
  return /^\.{1,2}[/\\]/.test(specifier) || path.isAbsolute(specifier);
}
