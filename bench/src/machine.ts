import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, type, release } from "node:os";
import Database from "better-sqlite3";

/** A sentence about where and when something is measured. */
export async function machine(folder: string): Promise<string> {
  const database = new Database(":memory:");
  const sqlite = String(database.prepare("select sqlite_version()").pluck().get());
  database.close();
  const { version } = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve("better-sqlite3/package.json"), "utf8"),
  ) as { readonly version: string };
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node}, better-sqlite3 ${version}`,
    `(SQLite ${sqlite}) on ${type()} ${release()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), file system`,
    `0x${(await statfs(folder)).type.toString(16)}, load ${loadavg()[0]?.toFixed(1)} at the start.`,
  ].join("\n");
}
