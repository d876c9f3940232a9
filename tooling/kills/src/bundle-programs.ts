/**
 * Makes one file of each program, so that a process starts in a third of the time: hundreds of them are started. The
 * native client of SQLite cannot be in it, and is linked beside it. What Node compiled is kept in the same folder.
 */
import { mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { build } from "vite";

const native = "better-sqlite3";
const conditions = ["holdfast-source"];

/** Gives the folder with the programs: each has its source's name, and the ending `.js`. */
export async function bundlePrograms(sources: readonly string[], folder: string): Promise<string> {
  const target = path.join(folder, "programs");
  await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions },
    ssr: { noExternal: true, external: [native], resolve: { conditions } },
    build: {
      ssr: true,
      outDir: target,
      emptyOutDir: true,
      target: "node24",
      rolldownOptions: { input: [...sources], output: { entryFileNames: "[name].js" } },
    },
  });
  const store = createRequire(import.meta.url).resolve("@holdfast/store-sqlite/package.json");
  const client = path.dirname(createRequire(store).resolve(`${native}/package.json`));
  await mkdir(path.join(target, "node_modules"));
  await symlink(client, path.join(target, "node_modules", native), "dir");
  return target;
}
