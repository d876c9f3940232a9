export { claims } from "./claims.ts";
export type { Claim, ClaimNextOptions, Claims, ClaimsOptions, ClaimsStore, Holder } from "./claim-types.ts";
export { repository } from "./repository.ts";
export type {
  EachOptions,
  Entities,
  EntityVersion,
  FindOptions,
  InvalidEntity,
  Page,
  Repository,
  RepositoryOptions,
  TransitionOptions,
  TransitionResult,
} from "./repository-types.ts";
export { Case } from "./workflow/case.ts";
export { caseStep } from "./workflow/case-step.ts";
export type { CaseStep } from "./workflow/case-step.ts";
export { Job } from "./workflow/job.ts";
export { workflowModel } from "./workflow/workflow-model.ts";
