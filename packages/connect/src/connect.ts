import { createStore, HoldfastError, requireNode } from "@holdfast/core";
import type { Backend, Driver, OpenOptions, Store } from "@holdfast/core";

import { defaultUrl } from "./environment.ts";
import { exampleUrls } from "./known-backends.ts";
import { importBackend, isBackend, loadBackend } from "./load-backend.ts";

/** Names a store whose URL alone does not say who opens it. */
export interface StoreConfig {
  /** Handed to the backend as it is. */
  readonly url: string;
  /** The backend itself, or the module that exports it as `backend`. @default the one that the URL's scheme names */
  readonly backend?: Backend | string;
}

/**
 * Opens the store that a URL names: `memory:`, `json:./data/entities.json`, `sqlite:./data/app.db`,
 * `postgres://user:password@host/database`, or with a config object that of any module which exports a `Backend`.
 * Without either, the environment chooses: see `defaultUrl`.
 *
 * INVALID_CONFIG for a text that is no store's URL, an unknown scheme and a Node older than 22.14;
 * BACKEND_NOT_INSTALLED with the command that installs it; BACKEND_FAILURE for a package that does not load; then
 * whatever opening the store throws. No message shows a password.
 */
export async function openStore(urlOrConfig?: string | StoreConfig, options: OpenOptions = {}): Promise<Store> {
  const { name, driver } = await chosenDriver(urlOrConfig);
  return await createStore({ backend: name, driver, options });
}

/** The driver of the store that a URL or a config object names, not open yet, and its backend's name. */
export async function chosenDriver(
  urlOrConfig?: string | StoreConfig,
): Promise<{ readonly name: string; readonly driver: Driver }> {
  const { url, backend } = await chosenBackend(urlOrConfig);
  return { name: backend.name, driver: backend.driver(url) };
}

/** The backend of the store that a URL or a config object names, with the URL that it understands. */
export async function chosenBackend(
  urlOrConfig?: string | StoreConfig,
): Promise<{ readonly url: string; readonly backend: Backend }> {
  requireNode(process.versions);
  const { url, backend } = checkConfig(urlOrConfig);
  return { url, backend: await chooseBackend(url, backend) };
}

async function chooseBackend(url: string, backend: Backend | string | undefined): Promise<Backend> {
  if (backend === undefined) return await loadBackend(url);
  return typeof backend === "string" ? await importBackend(backend) : backend;
}

/** Callers without types hand in anything, so what is handed in is looked at. */
function checkConfig(given: unknown = defaultUrl(process.env)): StoreConfig {
  if (typeof given === "string") return { url: given };
  if (typeof given !== "object" || given === null || !("url" in given) || typeof given.url !== "string") {
    throw invalid(`a store is named by its URL or by { url, backend? }; URLs are ${exampleUrls()}`);
  }
  const backend = "backend" in given ? given.backend : undefined;
  if (backend === undefined) return { url: given.url };
  if (typeof backend === "string" || isBackend(backend)) return { url: given.url, backend };
  throw invalid("the backend of a store's config is a module's name, or an object with a name and a driver(url)");
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
