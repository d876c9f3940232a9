// Fills a store with generated documents, and prints its hash. Arguments: the store's URL, how many documents.
import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";

import { movedModel } from "../../src/documents.ts";
import { fillStore } from "../../src/fill-store.ts";

const [url = "", documents = "0"] = process.argv.slice(2);
await using store = await openStore(url, { model: movedModel, durability: "process-crash" });
await fillStore(store, Number(documents));
process.stdout.write(`${await storeHash(store)}\n`);
