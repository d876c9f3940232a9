// Saves one record in a new store and closes it. Arguments: the store's URL. Prints the code of the error where it fails.
import { createStore, HoldfastError } from "@holdfast/core";
import { backend as json } from "@holdfast/store-json";
import { backend as sqlite } from "@holdfast/store-sqlite";

const [url = ""] = process.argv.slice(2);
const backend = url.startsWith("json:") ? json : sqlite;
try {
  await using store = await createStore({ backend: backend.name, driver: backend.driver(url), options: {} });
  const put = { type: "Note", id: "one", documentVersion: 1, body: { text: "x".repeat(1_000) } };
  await store.write([{ put, expect: "any" }]);
  process.stdout.write("saved\n");
} catch (thrown) {
  process.stdout.write(`${HoldfastError.is(thrown) ? thrown.code : String(thrown)}\n`);
}
