/** Says where a store is without opening it. Looks at the file system to follow links; writes nothing. */
import { readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

import { HoldfastError, pathProblem } from "@holdfast/core";

import { defaultUrl } from "./environment.ts";
import { knownBackends } from "./known-backends.ts";

const linksMost = 40;

/** Where a store is. */
export interface StorePlace {
  /** What `openStore` takes; the path of a file is absolute, so it means the same wherever the process goes. */
  readonly url: string;
  /** Equal for all names of one place, through links too; undefined for memory, which nobody else can name. */
  readonly identity: string | undefined;
}

/**
 * The place that a text names: the URL of a store, the path of a JSON file, or `:memory:`; without one, what the
 * environment names, as `openStore`. INVALID_CONFIG for a text that is empty or cannot be a path.
 */
export function storePlace(target: string = defaultUrl(process.env)): StorePlace {
  if (typeof target !== "string" || target.trim() === "") {
    throw invalid("a store is named by its URL, by the path of a JSON file or by :memory:, and not by an empty text");
  }
  if (target === ":memory:") return { url: "memory:", identity: undefined };
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(target)?.[1];
  if (scheme === undefined) return filePlace("json", target);
  const known = knownBackends.get(scheme);
  const rest = target.slice(scheme.length + 1);
  if (rest === "" || rest === ":memory:") return { url: target, identity: undefined };
  if (known?.files === undefined || rest.startsWith("//")) return { url: target, identity: target };
  return filePlace(scheme, rest);
}

function filePlace(scheme: string, file: string): StorePlace {
  const problem = pathProblem(file);
  if (problem !== undefined) throw invalid(`the path of a store ${problem}`);
  const absolute = path.resolve(file);
  return { url: `${scheme}:${absolute}`, identity: `${scheme}:${realPath(absolute, linksMost)}` };
}

/** The path without links, as far as it exists; a link to what does not exist yet is followed too. */
function realPath(absolute: string, linksLeft: number): string {
  const parent = path.dirname(absolute);
  try {
    return realpathSync(absolute);
  } catch {
    if (parent === absolute) return absolute;
  }
  const real = path.join(realPath(parent, linksLeft), path.basename(absolute));
  const link = linksLeft === 0 ? undefined : linkTarget(real);
  return link === undefined ? real : realPath(path.resolve(path.dirname(real), link), linksLeft - 1);
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
