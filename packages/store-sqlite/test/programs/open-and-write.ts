// Opens a store with a model and writes one record.
import { openSqliteStore } from "@holdfast/store-sqlite";

const fields = [{ name: "text", kind: "string" }] as const;
const indexes = [{ fields: ["text"], unique: false }];
const types = [{ type: "Note", schemaVersion: 1, fields, indexes, references: [] }];
await using store = await openSqliteStore(process.argv[2] ?? "", { model: { layout: { types } } });
const body = { text: "hello" };
await store.write([{ put: { type: "Note", id: `n${process.pid}`, documentVersion: 1, body }, expect: "absent" }]);
process.stdout.write("done\n");
