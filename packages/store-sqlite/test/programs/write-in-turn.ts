// Writes one record after another from the moment it is told to, and says so of each, or why it could not.
import { once } from "node:events";

import { HoldfastError } from "@holdfast/core";
import { openSqliteStore } from "@holdfast/store-sqlite";

const [, , path = "", by = ""] = process.argv;
await using store = await openSqliteStore(path);
process.stdout.write("open\n");
await once(process.stdin, "data");
for (let at = 0; ; at++) {
  const put = { type: "Turn", id: `${by}-${at}`, documentVersion: 1, body: { by } };
  try {
    await store.write([{ put, expect: "absent" }]);
    process.stdout.write("written\n");
  } catch (thrown) {
    process.stdout.write(`${HoldfastError.is(thrown) ? thrown.code : String(thrown)}\n`);
  }
}
