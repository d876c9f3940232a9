// Another process that writes one record with each line of its input, whose text is the id. Argument: the store's URL.
// Prints "open" once it is, and the id of each record that was acknowledged.
import { createInterface } from "node:readline";

import { createStore } from "@holdfast/core";
import { backend as json } from "@holdfast/store-json";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";

const [url = ""] = process.argv.slice(2);
const backend = [json, postgres, sqlite].find(({ name }) => url.startsWith(name));
if (backend === undefined) throw new Error("no backend for this URL");

await using store = await createStore({ backend: backend.name, driver: backend.driver(url), options: {} });
console.log("open");
for await (const id of createInterface({ input: process.stdin })) {
  await store.write([{ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" }]);
  console.log(id);
}
