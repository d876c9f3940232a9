import { HoldfastError } from "@holdfast/core";
import { Case } from "./case.ts";
import { Job } from "./job.ts";

/** Whether a value is a job's or a case's: the one has an agent, the other belongs to a job. INVALID_ENTITY for neither. */
export function entityOfValue(value: object): typeof Job | typeof Case {
  const hasAgent = "agentName" in value && typeof value.agentName === "string";
  const hasJob = "jobId" in value && typeof value.jobId === "string";
  if (hasAgent !== hasJob) return hasAgent ? Job : Case;
  throw new HoldfastError(
    "whether this is a job or a case cannot be told by agentName and jobId: say new PersistentEntityLifecycle(Job, storage)",
    { code: "INVALID_ENTITY", details: { hasAgent, hasJob } },
  );
}
