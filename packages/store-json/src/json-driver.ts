import { resolve } from "node:path";
import { HoldfastError } from "@holdfast/core";
import type { Driver } from "@holdfast/core";
import { StateDriver } from "@holdfast/store-memory";
import { JsonMedium } from "./json-medium.ts";
import { systemParts } from "./system-parts.ts";

/** A driver over one JSON file. A relative path counts from the working folder of this moment. INVALID_CONFIG. */
export function jsonDriver(path: string): Driver {
  const reason = pathProblem(path);
  if (reason !== undefined) throw new HoldfastError(`the path of a JSON store ${reason}`, { code: "INVALID_CONFIG" });
  return new StateDriver(new JsonMedium(resolve(path), systemParts));
}

function pathProblem(path: unknown): string | undefined {
  if (typeof path !== "string" || path.trim() === "") return "must not be empty";
  if (path.includes("\0")) return "must not hold a NUL";
  return /[/\\]$/.test(path) ? "names a file, not a folder" : undefined;
}
