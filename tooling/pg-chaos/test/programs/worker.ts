// One of a crew's processes. Arguments: the store's URL, and how many clients to run. Prints what they are told, an answer
// a line, until its input ends.
import { once } from "node:events";
import { openPostgresStore } from "@holdfast/store-postgres";

import { runClients } from "../../src/clients.ts";
import { chaosModel } from "../../src/entities.ts";

const [url = "", clients = "1"] = process.argv.slice(2);
const stopping = new AbortController();
void once(process.stdin.resume(), "end").then(() => stopping.abort());
await using store = await openPostgresStore(url, { model: chaosModel });
await runClients(store, {
  clients: Number(clients),
  signal: stopping.signal,
  tell: (told) => void process.stdout.write(`${JSON.stringify(told)}\n`),
});
process.stdin.destroy();
