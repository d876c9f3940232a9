import { defineModel } from "@holdfast/core";
import { Case } from "./case.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";

/** Missions, their jobs and the jobs' cases, ready to open a store with. */
export const workflowModel = defineModel([Mission, Job, Case]);
