export { archiveFormat, archiveHeader, archiveRecord, archiveTombstone, archiveTrailer } from "./archive-format.ts";
export type { ArchiveCount, ArchiveHeader, ArchiveTrailer } from "./archive-format.ts";
export { ArchiveSection, isArchivedRecord, isArchivedTombstone } from "./archive-section.ts";
export type { Backend } from "./backend.ts";
export { feedExpired, foreignCursor } from "./change-cursor.ts";
export type { Change, ChangeBatch, ChangeCursor, ChangesOptions } from "./changes.ts";
export { planLayout, pruneLayout } from "./change-layout.ts";
export type { ChangeLayoutOptions } from "./change-layout.ts";
export { columnPrefixBound, decodeColumnText, encodeColumnText } from "./column-code.ts";
export { compareScalars, compareText } from "./compare.ts";
export { always, meets } from "./condition.ts";
export type { Condition, FieldTest } from "./condition.ts";
export { contentHash, contentText, parseContent, textHash } from "./content-hash.ts";
export { createStore } from "./create-store.ts";
export type { CreateStoreOptions } from "./create-store.ts";
export type {
  Driver,
  DriverChange,
  DriverChanges,
  DriverGroup,
  DriverHold,
  DriverKey,
  DriverOp,
  DriverOptions,
  DriverQuery,
  DriverRound,
  FeedLimits,
  FieldValues,
  FoundRecord,
  GroupResult,
  NextRound,
  OpResult,
  OrderTerm,
  Reader,
  RecordText,
  Writer,
} from "./driver.ts";
export { EchoingBell } from "./echoing-bell.ts";
export { errorCodes, HoldfastError } from "./errors.ts";
export type { ErrorCode, HoldfastErrorOptions, Outcome } from "./errors.ts";
export { fieldValues } from "./field-values.ts";
export { fileError, systemCode } from "./file-error.ts";
export type { Hold, HoldOptions } from "./holds.ts";
export { eventLoopTurn } from "./event-loop-turn.ts";
export { TurnShare } from "./turn-share.ts";
export type { TurnClock } from "./turn-share.ts";
export { watchedRounds } from "./watched-rounds.ts";
export { Hints } from "./hints.ts";
export type { HintSource } from "./hints.ts";
export { documentFields } from "./document-fields.ts";
export type { DocumentFields } from "./document-fields.ts";
export { encodeJson } from "./json-codec.ts";
export { handOver } from "./given-document.ts";
export type { OwnDocument } from "./given-document.ts";
export { isJsonObject, parseJson } from "./json-object.ts";
export { emptyLayout, typeLayout } from "./layout.ts";
export type { DeleteRule, FieldKind, FieldLayout, IndexLayout, Layout, ReferenceLayout, TypeLayout } from "./layout.ts";
export { checkId, checkTenant, defaultTenant, isId, isTenant, isTypeName } from "./names.ts";
export { entityLift, liftNothing } from "./lift.ts";
export type { Document, Lift } from "./lift.ts";
export type { Durability, Logger, OpenOptions } from "./open-options.ts";
export { loadQuietly } from "./load-quietly.ts";
export { fileSystemType, requireLocal } from "./network-file-systems.ts";
export { requireNode } from "./node-version.ts";
export { parentsFirst } from "./parents-first.ts";
export { parseBody } from "./parse-body.ts";
export { parseLayout } from "./parse-layout.ts";
export { pathProblem } from "./path-problem.ts";
export { keyText, planRound, roundKeys, sortedByKey } from "./plan-round.ts";
export type { KeyChange, KeyState, PlannedResult, RoundPlan } from "./plan-round.ts";
export { prunedLayout } from "./pruned-layout.ts";
export type { LayoutPruning } from "./pruned-layout.ts";
export { queryLimits, systemFields } from "./query.ts";
export type {
  Direction,
  FieldCondition,
  OrderBy,
  Query,
  ContentPage,
  RecordContent,
  RecordPage,
  SystemField,
  Where,
} from "./query.ts";
export { recordMatcher } from "./record-matcher.ts";
export type {
  Expect,
  JsonObject,
  JsonValue,
  Match,
  NewRecord,
  RecordKey,
  Refusal,
  Scalar,
  StoredRecord,
  Tombstone,
  WriteOp,
  WriteResult,
} from "./record.ts";
export { changeOps } from "./record-turn.ts";
export type { RecordChange, RecordTurn } from "./record-turn.ts";
export type { LostPart, RecoverOptions, RecoveryReport } from "./recovery.ts";
export { risingClock, systemStamps } from "./stamps.ts";
export type { Stamps } from "./stamps.ts";
export type {
  CallLimits,
  CheckProblem,
  CheckReport,
  Guarantees,
  Store,
  StoreSession,
  StoreStats,
  TombstonePage,
  TransactionOptions,
  TypeStats,
} from "./store.ts";
export { timestampMicroseconds, timestampText } from "./timestamp.ts";
export { unionLayout } from "./union-layout.ts";
export { tellUnmapped } from "./unmapped.ts";
export type { UnmappedError } from "./unmapped.ts";
export { WorkQueue } from "./work-queue.ts";
export { defineEntity } from "./entity.ts";
export type {
  Derivation,
  DraftOf,
  Entity,
  EntityDefinition,
  EntityOf,
  EventOf,
  IndexDeclaration,
  LifecycleFields,
  PatchOf,
  ReferenceDeclaration,
  References,
  StatusOf,
  SystemFields,
  Upcast,
} from "./entity.ts";
export type { DraftOfSchema } from "./entity-draft.ts";
export type { ConditionOf, FieldOf, FieldValueOf, OrderByOf, WhereOf } from "./entity-query.ts";
export { defineLifecycle } from "./lifecycle.ts";
export type { EventRule, Lifecycle, LifecycleDefinition, LifecycleEdge } from "./lifecycle.ts";
export {
  diagramEdges,
  diagramEnds,
  diagramStart,
  diagramSteps,
  lifecycleLabel,
  stateDiagram,
} from "./lifecycle-diagram.ts";
export {
  allowedEvents,
  canTransition,
  isInGroup,
  isRunning,
  isTerminal,
  nextStatus,
  requireNextStatus,
  requireTransitionEvent,
  startStatuses,
  terminalStatuses,
  transitionEvent,
  transitionTable,
  validTransitions,
} from "./lifecycle-status.ts";
export { workflowLifecycle } from "./workflow-lifecycle.ts";
export type { WorkflowEvent, WorkflowStatus } from "./workflow-lifecycle.ts";
export {
  decodeEntity,
  decodeState,
  encodedEntity,
  encodeEntity,
  encodeOwn,
  movedDocument,
  takenEntity,
} from "./entity-codec.ts";
export type { AnyEntity, LifecycleState } from "./entity-codec.ts";
export { derivedFields } from "./entity-derived.ts";
export { Transition } from "./entity-transition.ts";
export { defineModel } from "./model.ts";
export { modelRefused } from "./model-refused.ts";
export type { ModelRefusal } from "./model-refused.ts";
export type { Model } from "./model.ts";
