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
const places = [
  { name: "JSON file", url: `json:${path.join(folder, "entities.json")}` },
  { name: "SQLite", url: `sqlite:${path.join(folder, "app.db")}` },
  { name: "Postgres", url: postgres.url },
  { name: "JSON file again", url: `json:${path.join(folder, "back.json")}` },
];
const isWell = await runDemo(sample, places, (text) => process.stdout.write(text));
console.log(isWell ? `The files are in ${folder}.` : "Something is not as it should be: see above.");
process.exitCode = isWell ? 0 : 1;
