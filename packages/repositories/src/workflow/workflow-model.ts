import { defineModel } from "@holdfast/core";
import { Case } from "./case.ts";
import { Job } from "./job.ts";

/** Jobs and their cases, ready to open a store with. */
export const workflowModel = defineModel([Job, Case]);
