// Upserts ten items into a run, each in a transaction that also counts it in the notes of the run.
import { openStateStore } from "@holdfast/repositories";

const [, , url, worker = ""] = process.argv;
await using state = await openStateStore(url);
for (let at = 0; at < 10; at++) {
  await state.transaction(async (inside) => {
    const run = await inside.getRun("run-1");
    await inside.upsertIntelItem({
      itemId: `${worker}-${at}`,
      runId: "run-1",
      itemType: "news",
      title: `Item ${at}`,
      summary: `Found by ${worker}`,
    });
    await inside.finishRun("run-1", "running", String(Number(run?.notes) + 1));
  });
  await state.appendTelemetry("run-1", [{ metric: "items", value: at }]);
}
