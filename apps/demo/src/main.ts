import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { runDemo } from "./demo.ts";
import { openPostgresPlace } from "./postgres-place.ts";

const sample = new URL("../data/entities.json", import.meta.url);
const folder = path.relative(process.cwd(), fileURLToPath(new URL("../demo_data", import.meta.url)));

/** The files of the last run make room for those of this one, and stay afterwards to be looked at. */
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await using postgres = await openPostgresPlace(process.env["DATABASE_URL"]);
const urls = {
  json: `json:${path.join(folder, "entities.json")}`,
  sqlite: `sqlite:${path.join(folder, "app.db")}`,
  postgres: postgres.url,
};
const equal = await runDemo(sample, urls, (text) => console.log(text));
console.log(
  equal
    ? `The three hashes are equal: JSON, SQLite and Postgres hold the same records. The files are in ${folder}.`
    : "The hashes differ: the stores do not hold the same records.",
);
process.exitCode = equal ? 0 : 1;
