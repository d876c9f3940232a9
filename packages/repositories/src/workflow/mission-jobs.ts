import { hasMany } from "../has-many.ts";
import { Job } from "./job.ts";
import { Mission } from "./mission.ts";

/** The jobs of missions, which keep no list of them: the jobs say it. */
export const missionJobs = hasMany(Mission, Job, { by: "missionId" });
