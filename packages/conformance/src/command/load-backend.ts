/** Imports the module under test, which may do whatever a module does. A path counts from the process's folder. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Backend } from "@holdfast/core";

/** Gives the URL of a place that is fresh and empty, another one with each call. */
export type FreshUrl = () => string | Promise<string>;

export interface LoadedBackend {
  readonly backend: Backend;
  /** The module's own, where it has one. */
  readonly freshUrl: FreshUrl | undefined;
}

/** Throws where there is no such module, where it fails to load, and where it exports no backend. */
export async function loadBackend(specifier: string): Promise<LoadedBackend> {
  const module: unknown = await import(locate(specifier));
  if (typeof module !== "object" || module === null || !("backend" in module) || !isBackend(module.backend)) {
    throw new Error(
      `"${specifier}" exports no backend: it needs an export named "backend" with a name and a driver(url)`,
    );
  }
  const freshUrl = "freshUrl" in module && isFreshUrl(module.freshUrl) ? module.freshUrl : undefined;
  return { backend: module.backend, freshUrl };
}

/** A package is looked for as the process's folder sees it, since that is where its author works. */
function locate(specifier: string): string {
  const isPath = /^\.{1,2}[/\\]/.test(specifier) || path.isAbsolute(specifier);
  if (isPath) return pathToFileURL(path.resolve(specifier)).href;
  return pathToFileURL(createRequire(path.join(process.cwd(), "package.json")).resolve(specifier)).href;
}

function isBackend(value: unknown): value is Backend {
  if (typeof value !== "object" || value === null || !("name" in value) || !("driver" in value)) return false;
  return typeof value.name === "string" && typeof value.driver === "function";
}

function isFreshUrl(value: unknown): value is FreshUrl {
  return typeof value === "function";
}
