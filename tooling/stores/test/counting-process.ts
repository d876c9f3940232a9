// One of several processes that raise the same counter: half of the time in transactions, half by compare-and-set.
// Arguments: the store's URL, and how often to raise it. Prints what it was told that it had done.
import { createStore } from "@holdfast/core";
import type { StoreSession } from "@holdfast/core";
import { backend as json } from "@holdfast/store-json";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";

const [url = "", times = "0"] = process.argv.slice(2);
const backend = [json, postgres, sqlite].find(({ name }) => url.startsWith(name));
if (backend === undefined) throw new Error("no backend for this URL");
const key = { type: "Counter", id: "shared" };

await using store = await createStore({ backend: backend.name, driver: backend.driver(url), options: {} });
let raised = 0;
for (let at = 0; at < Number(times); at++) {
  if (at % 2 === 0) await store.transaction(raise, { timeoutMs: 60_000, tries: 1_000 });
  else while (!(await raise(store)));
  raised += 1;
}
console.log(raised);

async function raise(session: StoreSession): Promise<boolean> {
  const [record] = await session.get(key.type, [key.id]);
  const count = Number(record?.body["count"] ?? 0);
  const put = { ...key, documentVersion: 1, body: { count: count + 1 } };
  const [result] = await session.write([{ put, expect: record?.version ?? "absent" }]);
  return result?.ok === true;
}
