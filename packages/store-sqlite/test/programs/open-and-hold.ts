// Opens a store with the newer model, and keeps all writers out from then on.
import { openSqliteStore } from "@holdfast/store-sqlite";
import { youngModel } from "@holdfast-tooling/sql-fixtures";

await using store = await openSqliteStore(process.argv[2] ?? "", { model: youngModel });
await store.transaction(
  async () => {
    process.stdout.write("open\n");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  { timeoutMs: 60_000 },
);
