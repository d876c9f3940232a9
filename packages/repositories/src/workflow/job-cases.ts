import { hasMany } from "../has-many.ts";
import { Case } from "./case.ts";
import { Job } from "./job.ts";

/** The cases of jobs; `Job.caseIds` is kept in step with `Case.jobId`. */
export const jobCases = hasMany(Job, Case, { by: "jobId" });
