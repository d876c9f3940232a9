import { isBuiltin } from "node:module";

/** The package that an import names, or `undefined` for a file of one's own or a module of Node's. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || isBuiltin(specifier)) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
