/** A worker that claims the first job which is to be done, starts it, says its id, and then hangs until it is killed. */
import { openStore } from "@holdfast/connect";
import { claims, Job, repository, workflowModel } from "@holdfast/repositories";

const store = await openStore(process.argv[2], { model: workflowModel });
await repository(Job, store).create({ id: "job-1", name: "long", agentName: "agent" });
const claim = await claims(Job, store, { owner: "first worker", leaseMs: 300 }).claimNext();
if (claim === undefined) throw new Error("there was nothing to claim");
await claim.repository.transition(claim.entity.id, "start_work");
console.log(claim.entity.id);
setInterval(() => undefined, 60_000);
