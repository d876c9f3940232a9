// Opens a store with the newer model, and from then on keeps everybody from bringing further records over.
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client, escapeIdentifier } from "pg";
import { youngModel } from "@holdfast-tooling/sql-fixtures";

const url = process.argv[2] ?? "";
const schema = new URL(url).searchParams.get("schema") ?? "public";
const client = new Client({ connectionString: url });
await client.connect();
await using store = await openPostgresStore(url, { model: youngModel, durability: "process-crash" });
await client.query(`begin; lock table ${escapeIdentifier(schema)}.holdfast_work in access exclusive mode`);
process.stdout.write(`open with ${store.layout.types.length} types\n`);
await new Promise((resolve) => setTimeout(resolve, 60_000));
