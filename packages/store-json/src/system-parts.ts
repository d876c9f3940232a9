import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { fileSystemType } from "@holdfast/core";
import { systemClock } from "./clock.ts";
import { nodeFs } from "./durable-fs.ts";
import type { JsonMediumParts } from "./json-medium.ts";
import { lockFile } from "./lock.ts";
import { watchFile } from "./watch-file.ts";

/** All that a JSON store reaches of the world outside. */
export const systemParts: JsonMediumParts = {
  fs: nodeFs,
  fileSystemType: (path) => fileSystemType(path, statfs),
  lockFile,
  watchFile,
  clock: systemClock,
  newSuffix: () => randomBytes(8).toString("hex"),
};
