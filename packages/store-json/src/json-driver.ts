import { basename, resolve } from "node:path";
import { HoldfastError, pathProblem } from "@holdfast/core";
import type { Driver } from "@holdfast/core";
import { StateDriver } from "@holdfast/store-memory";
import { JsonMedium } from "./json-medium.ts";
import { systemParts } from "./system-parts.ts";

/** Leaves room for what the names of a store's other files have behind that of the store, such as its journal's. */
const nameBytesMost = 220;

/** A driver over one JSON file. A relative path counts from the working folder of this moment. INVALID_CONFIG. */
export function jsonDriver(path: string): Driver {
  return new StateDriver(new JsonMedium(absolutePath(path), systemParts));
}

/** The path of a JSON store, from the working folder of this moment. INVALID_CONFIG where it cannot be one. */
export function absolutePath(path: string): string {
  const reason = pathProblem(path) ?? nameProblem(path);
  if (reason !== undefined) throw new HoldfastError(`the path of a JSON store ${reason}`, { code: "INVALID_CONFIG" });
  return resolve(path);
}

function nameProblem(path: string): string | undefined {
  const bytes = Buffer.byteLength(basename(path));
  return bytes > nameBytesMost ? `must end in a name of at most ${nameBytesMost} bytes; this has ${bytes}` : undefined;
}
