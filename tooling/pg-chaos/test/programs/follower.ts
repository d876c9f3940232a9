// Follows a store until its input ends, then takes what is left and prints the versions that it knows, as one line of JSON.
// Argument: the store's URL.
import { once } from "node:events";
import { openPostgresStore } from "@holdfast/store-postgres";

import { chaosModel } from "../../src/entities.ts";
import { Replica } from "../../src/replica.ts";

const [url = ""] = process.argv.slice(2);
const stopping = new AbortController();
void once(process.stdin.resume(), "end").then(() => stopping.abort());
await using store = await openPostgresStore(url, { model: chaosModel });
const replica = new Replica();
await replica.follow(store, stopping.signal);
await replica.catchUp(store);
const { strays, failures, versions } = replica;
process.stdout.write(`${JSON.stringify({ strays, failures, versions: [...versions] })}\n`);
process.stdin.destroy();
