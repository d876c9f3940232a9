// Makes a guarded folder, tells which, and waits to be ended.
import { guardedFolder } from "../../src/guarded-folder.ts";

process.send?.(guardedFolder("holdfast-proxy-"));
process.on("message", () => process.exit());
