export { claims } from "./claims.ts";
export type { Claim, ClaimNextOptions, Claims, ClaimsOptions, ClaimsStore, Holder } from "./claim-types.ts";
export { hasMany } from "./has-many.ts";
export { historyOf } from "./history-of.ts";
export type { HistoryOptions } from "./history-of.ts";
export type { ChildDraftOf, HasMany, HasManyOptions, ReferenceTo, ReferringOf, Relation } from "./relation-types.ts";
export { loadAll } from "./load-all.ts";
export { loadRunning } from "./load-running.ts";
export type { BrokenRow, FillableRegistry, LoadCounts, Loaded, LoadOptions, OrphanRow } from "./load-types.ts";
export { downsample } from "./orchestrator/downsample.ts";
export { IntelItem } from "./orchestrator/intel-item.ts";
export type {
  IntelItemDraft,
  IntelItemFilter,
  IntelItemState,
  UpsertOptions,
} from "./orchestrator/intel-item-types.ts";
export type { ListOptions, PageOptions } from "./orchestrator/list-options.ts";
export { openStateStore } from "./orchestrator/open-state-store.ts";
export { orchestratorModel } from "./orchestrator/orchestrator-model.ts";
export { Run } from "./orchestrator/run.ts";
export type { RunFilter, RunStart, RunState } from "./orchestrator/run-types.ts";
export type {
  OverStoreOptions,
  StateSession,
  StateStore,
  StateStoreOptions,
} from "./orchestrator/state-store-types.ts";
export { TelemetryChunk } from "./orchestrator/telemetry-chunk.ts";
export type { Measured } from "./orchestrator/telemetry-chunk.ts";
export { telemetryRecorder } from "./orchestrator/telemetry-recorder.ts";
export type { RecordedMetric, TelemetryRecorder, TelemetryRecorderOptions } from "./orchestrator/telemetry-recorder.ts";
export type {
  PruneOptions,
  SeriesOptions,
  TelemetryPoint,
  TelemetryPointDraft,
  TelemetryState,
} from "./orchestrator/telemetry-types.ts";
export { Telemetry } from "./orchestrator/telemetry.ts";
export { registry } from "./registry.ts";
export type { LookUpOptions, Registry, RegistryOptions } from "./registry-types.ts";
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
export type {
  Activity,
  BrokenLink,
  CaseSearch,
  JobRow,
  JobSearch,
  SearchPage,
  SortOf,
  StatusCounts,
  WorkflowQueries,
  WorkflowStats,
} from "./workflow/admin-types.ts";
export { Case } from "./workflow/case.ts";
export type { StepOutcome } from "./workflow/case-changes.ts";
export { caseNodeTypes, defineCaseNodes } from "./workflow/case-nodes.ts";
export type { CaseNode, CaseNodes, CaseNodeType, NodeUpdateOptions } from "./workflow/case-nodes.ts";
export { caseStep } from "./workflow/case-step.ts";
export type { CaseStep } from "./workflow/case-step.ts";
export { stepsCost } from "./workflow/case-steps.ts";
export type { StepDraft } from "./workflow/case-steps.ts";
export { Cases } from "./workflow/cases.ts";
export type { GetCaseOptions } from "./workflow/cases.ts";
export type { CrudStorage, SaveObjectOptions } from "./workflow/crud-storage.ts";
export { defineWorkflow } from "./workflow/define-workflow.ts";
export type { WorkflowDefinition, WorkflowEntities } from "./workflow/define-workflow.ts";
export { EntityLifecycle } from "./workflow/entity-lifecycle.ts";
export type { Stateful, StepOptions } from "./workflow/entity-lifecycle.ts";
export { EntityRepository } from "./workflow/entity-repository.ts";
export type { PlainEntities } from "./workflow/entity-repository.ts";
export { checkInstructions } from "./workflow/instructions.ts";
export type { InstructionsCheck, JobInstructions, JobUsage } from "./workflow/instructions.ts";
export { Job } from "./workflow/job.ts";
export { jobCases } from "./workflow/job-cases.ts";
export type { JobResponseDraft } from "./workflow/job-changes.ts";
export { Jobs } from "./workflow/jobs.ts";
export type { GetJobOptions } from "./workflow/jobs.ts";
export type { LiveOptions } from "./workflow/live-options.ts";
export { Mission } from "./workflow/mission.ts";
export { missionJobs } from "./workflow/mission-jobs.ts";
export { missionLifecycle } from "./workflow/mission-lifecycle.ts";
export type { MissionEvent, MissionStatus } from "./workflow/mission-lifecycle.ts";
export type { JobContextDraft, NewJob } from "./workflow/new-job.ts";
export type { ObjectPage, ObjectPageOptions, ObjectStorage } from "./workflow/object-storage-types.ts";
export { PersistentEntityLifecycle } from "./workflow/persistent-entity-lifecycle.ts";
export type { PlainEntityOf } from "./workflow/plain-entity.ts";
export { redacted, redaction } from "./workflow/redacted.ts";
export { createCaseRepository, createJobRepository, createMissionRepository } from "./workflow/repository-factories.ts";
export type { Secrets } from "./workflow/secrets.ts";
export { stepLifecycle } from "./workflow/step-lifecycle.ts";
export type { StepEvent } from "./workflow/step-lifecycle.ts";
export type { StepResult } from "./workflow/step-result.ts";
export { StorageManager } from "./workflow/storage-manager.ts";
export type { StorageManagerOptions } from "./workflow/storage-manager.ts";
export type { OverStore } from "./workflow/stored-step.ts";
export { workflow } from "./workflow/workflow.ts";
export { workflowModel } from "./workflow/workflow-model.ts";
export type {
  Cause,
  CloseOptions,
  DueOptions,
  DueStep,
  NewCase,
  ScheduledSteps,
  Workflow,
  WorkflowOperations,
  WorkflowOptions,
} from "./workflow/workflow-types.ts";
