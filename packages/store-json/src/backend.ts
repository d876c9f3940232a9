import { HoldfastError } from "@holdfast/core";
import type { Backend } from "@holdfast/core";
import { absolutePath, jsonDriver } from "./json-driver.ts";
import { recoverStore } from "./recover-store.ts";
import { systemParts } from "./system-parts.ts";

const prefix = "json:";

/** A store in one JSON file: `json:./data/entities.json`, `json:/srv/app/entities.json`, `json:C:\app\entities.json`. */
export const backend: Backend = {
  name: "json",
  driver: (url) => jsonDriver(pathOf(url)),
  recover: async (url, options) => recoverStore(absolutePath(pathOf(url)), systemParts, options),
};

function pathOf(url: string): string {
  if (url.startsWith(prefix) && !url.startsWith(`${prefix}//`)) return url.slice(prefix.length);
  throw new HoldfastError('the URL of a JSON store is "json:" and a path, such as "json:./data/entities.json"', {
    code: "INVALID_CONFIG",
  });
}
