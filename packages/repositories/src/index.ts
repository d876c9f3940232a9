export { claims } from "./claims.ts";
export type { Claim, ClaimNextOptions, Claims, ClaimsOptions, ClaimsStore, Holder } from "./claim-types.ts";
export { hasMany } from "./has-many.ts";
export type { ChildDraftOf, HasMany, HasManyOptions, ReferenceTo, ReferringOf, Relation } from "./relation-types.ts";
export { IntelItem } from "./orchestrator/intel-item.ts";
export { openStateStore } from "./orchestrator/open-state-store.ts";
export { orchestratorModel } from "./orchestrator/orchestrator-model.ts";
export { Run } from "./orchestrator/run.ts";
export type {
  IntelItemDraft,
  IntelItemFilter,
  ListOptions,
  OverStoreOptions,
  PageOptions,
  RunFilter,
  RunStart,
  StateSession,
  StateStore,
  StateStoreOptions,
  UpsertOptions,
} from "./orchestrator/state-store-types.ts";
export { Telemetry } from "./orchestrator/telemetry.ts";
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
  WatchBatch,
  WatchOptions,
} from "./repository-types.ts";
export { Case } from "./workflow/case.ts";
export { caseStep } from "./workflow/case-step.ts";
export type { CaseStep } from "./workflow/case-step.ts";
export { Job } from "./workflow/job.ts";
export { jobCases } from "./workflow/job-cases.ts";
export { Mission } from "./workflow/mission.ts";
export { missionJobs } from "./workflow/mission-jobs.ts";
export { missionLifecycle } from "./workflow/mission-lifecycle.ts";
export type { MissionEvent, MissionStatus } from "./workflow/mission-lifecycle.ts";
export { workflowModel } from "./workflow/workflow-model.ts";
