// Patches each of some steps of one case ten times, and starts a case of its own each time.
import { openStore } from "@holdfast/connect";
import { workflow, workflowModel } from "@holdfast/repositories";

const [, , url = "", steps = ""] = process.argv;
await using store = await openStore(url, { model: workflowModel });
const flow = workflow(store);
for (let at = 1; at <= 10; at++) {
  for (const index of steps.split(",").map(Number))
    await flow.patchStep("c1", index, { name: `${index}: ${at}`, cost: at });
  await flow.startCase({ jobId: "j1", name: `${steps}: ${at}` });
}
