import { HoldfastError } from "@holdfast/core";
import type { Backend } from "@holdfast/core";
import { jsonDriver } from "./json-driver.ts";

const prefix = "json:";

/** A store in one JSON file: `json:./data/entities.json`, `json:/srv/app/entities.json`, `json:C:\app\entities.json`. */
export const backend: Backend = {
  name: "json",
  driver(url) {
    if (url.startsWith(prefix) && !url.startsWith(`${prefix}//`)) return jsonDriver(url.slice(prefix.length));
    throw new HoldfastError('the URL of a JSON store is "json:" and a path, such as "json:./data/entities.json"', {
      code: "INVALID_CONFIG",
    });
  },
};
