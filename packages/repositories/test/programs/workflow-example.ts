/* oxlint-disable no-console -- the example of the README says what it does */
import { openStore } from "@holdfast/connect";
import { workflow, workflowModel } from "@holdfast/repositories";

await using store = await openStore("memory:", { model: workflowModel });
const flow = workflow(store);

const context = { workspaceId: "w1", missionName: "Spring campaign", jobInstructions: { maxCost: 10 } };
const job = await flow.newJob({ agentName: "translator", context });
const page = await flow.startCase({ jobId: job.id, name: "Page 1" }); // the case and its job's list, or neither
await flow.updateCase(page.id, { name: "read", cost: 0.5 });
await flow.updateCase(page.id, { name: "remind", scheduledAt: "2026-11-22T09:00:00Z", scheduledMethod: "remind" });

for (const due of await flow.dueSteps()) {
  await flow.startStep(due.case.id, due.index); // of many who try, one gets it
  await flow.finishStep(due.case.id, due.index, { status: "completed", cost: 0.25 });
}

await flow.requestHumanInput(page.id, { name: "ask", payload: { question: "Formal?" } });
await flow.receiveHumanInput(page.id, { name: "answer", payload: { formal: true } });
const closed = await flow.closeCase(page.id, { text: "Good evening" });
console.log(closed.status, closed.totalCost, closed.updates.length); // completed 0.75 5

await flow.addResponse(job.id, { status: "completed", message: "done", payload: { pages: 1 } });
const { items } = await flow.searchJobs({ search: "SPRING", sort: "-createdAt" });
console.log(items.map(({ job: { status }, caseCount }) => [status, caseCount])); // [ [ 'completed', 1 ] ]
