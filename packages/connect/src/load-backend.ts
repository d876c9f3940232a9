/**
 * Imports the one backend that a URL needs, at the moment when it is needed: a program that never opens a database
 * never loads its client. A package is looked for beside this one, then from the folder that the process runs in, so
 * that a globally installed command finds the backends of a project. Nothing is ever installed or downloaded.
 */
import { HoldfastError, type Backend } from "@holdfast/core";

import { importModule, isMissing } from "./import-module.ts";
import { exampleUrls, knownBackends } from "./known-backends.ts";
import { urlScheme } from "./store-url.ts";

/** The backend of the URL's scheme; INVALID_CONFIG for an unknown one, else as `importBackend`. */
export async function loadBackend(url: string): Promise<Backend> {
  const scheme = urlScheme(url);
  const known = knownBackends.get(scheme);
  if (known !== undefined) return await importBackend(known.module);
  throw new HoldfastError(
    `no backend is known for "${scheme}:". Known are ${exampleUrls()}; for any other, name its module: { url, backend: "some-package" }`,
    { code: "INVALID_CONFIG", details: { scheme, known: [...knownBackends.keys()] } },
  );
}

/**
 * The `backend` that a module exports. BACKEND_NOT_INSTALLED with the command that installs it where there is no such
 * module, BACKEND_FAILURE where it is there but fails to load, INVALID_CONFIG where it exports no backend.
 */
export async function importBackend(specifier: string): Promise<Backend> {
  const module = await importModule(specifier).catch((cause: unknown) => {
    throw loadFailure(specifier, cause);
  });
  const backend = typeof module === "object" && module !== null && "backend" in module ? module.backend : undefined;
  if (isBackend(backend)) return backend;
  throw new HoldfastError(
    `the module "${specifier}" exports no backend: it needs an export named "backend" with a name and a driver(url)`,
    { code: "INVALID_CONFIG", details: { module: specifier } },
  );
}

/** Whether a value has the form of a Backend. */
export function isBackend(value: unknown): value is Backend {
  if (typeof value !== "object" || value === null || !("name" in value) || !("driver" in value)) return false;
  return typeof value.name === "string" && typeof value.driver === "function";
}

function loadFailure(specifier: string, cause: unknown): HoldfastError {
  if (isMissing(cause, specifier)) {
    const command = `npm install ${specifier}`;
    return new HoldfastError(`the backend "${specifier}" is not installed: run "${command}"`, {
      code: "BACKEND_NOT_INSTALLED",
      cause,
      details: { module: specifier, command },
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HoldfastError(`the backend "${specifier}" is installed, but could not be loaded: ${reason}`, {
    code: "BACKEND_FAILURE",
    cause,
    details: { module: specifier },
  });
}
