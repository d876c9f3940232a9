// One of a crew's processes. Arguments: the store's URL, how many clients to run, and how long a call may take. Prints what they are told, an answer
// a line, until its input ends.
import { once } from "node:events";
import { openPostgresStore } from "@holdfast/store-postgres";

import { runClients } from "../../src/clients.ts";
import { chaosModel } from "../../src/entities.ts";

const [url = "", clients = "1", timeoutMs = "15000"] = process.argv.slice(2);
const stopping = new AbortController();
void once(process.stdin.resume(), "end").then(() => stopping.abort());
await using store = await openPostgresStore(url, { model: chaosModel });
await runClients(store.within({ timeoutMs: Number(timeoutMs) }), {
  clients: Number(clients),
  signal: stopping.signal,
  tell: (told) => void process.stdout.write(`${JSON.stringify(told)}\n`),
});
process.stdin.destroy();
