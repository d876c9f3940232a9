// Opens a store with one of two models, and writes one record.
import { openSqliteStore } from "@holdfast/store-sqlite";
import { oldModel, youngModel } from "@holdfast-tooling/sql-fixtures";

const [, , path = "", model] = process.argv;
await using store = await openSqliteStore(path, { model: model === "young" ? youngModel : oldModel });
const body = { agent: "a1" };
await store.write([{ put: { type: "Job", id: `j${process.pid}`, documentVersion: 1, body }, expect: "absent" }]);
process.stdout.write("done\n");
