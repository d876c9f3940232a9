// Writes batches of ten records for as long as it lives, and tells how many were acknowledged.
import { openSqliteStore } from "@holdfast/store-sqlite";

await using store = await openSqliteStore(process.argv[2] ?? "");
for (let batch = 1; ; batch++) {
  const ops = Array.from({ length: 10 }, (_, at) => {
    return {
      put: { type: "Note", id: `n${batch}-${at}`, documentVersion: 1, body: { batch } },
      expect: "absent",
    } as const;
  });
  await store.write(ops);
  process.stdout.write(`${batch}\n`);
}
