import type { Case } from "./workflow/case.ts";
import type { Job } from "./workflow/job.ts";
import type { WorkflowEntities } from "./workflow/define-workflow.ts";
import type { Registry } from "./registry-types.ts";
import type { EachOptions } from "./repository-types.ts";
import type { Entity, HoldfastError, RecordKey } from "@holdfast/core";

/** A registry of entities of whatever type, as loading fills it. */
export interface FillableRegistry {
  readonly entity: Entity;
  replace(items: Iterable<never>): void;
}

export interface LoadOptions {
  /** Emptied and filled, once all was read. @default a new one */
  readonly jobs?: Registry<typeof Job>;
  /** Emptied and filled, once all was read. @default a new one */
  readonly cases?: Registry<typeof Case>;
  /** The entities that the store was opened with. @default a storage manager's own, else those of `workflowModel` */
  readonly entities?: Pick<WorkflowEntities, "Job" | "Case">;
  /** Registries of further entities, filled by the same rules. @default none */
  readonly others?: readonly FillableRegistry[];
  /** For all reads together, in milliseconds; then TIMEOUT. @default 600_000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A stored entity that was left out. */
export interface BrokenRow extends RecordKey {
  /** In words. */
  readonly reason: string;
  /** INVALID_ENTITY with the path in its details; STORE_CORRUPT where what is stored is no document at all. */
  readonly error: HoldfastError;
}

/** A loaded entity that refers to one that is not stored. */
export interface OrphanRow extends RecordKey {
  readonly field: string;
  readonly parent: RecordKey;
}

export interface LoadCounts {
  readonly loaded: number;
  readonly broken: number;
  readonly orphans: number;
}

export interface Loaded {
  readonly jobs: Registry<typeof Job>;
  readonly cases: Registry<typeof Case>;
  /** Left out, by type. */
  readonly broken: readonly BrokenRow[];
  /** Loaded all the same. */
  readonly orphans: readonly OrphanRow[];
  /** By type. */
  readonly counts: ReadonlyMap<string, LoadCounts>;
}

/** Some of the entities that are loaded of a type, which no other selection of it gives. */
export type LoadSelection = Pick<EachOptions<Entity>, "where" | "orderBy">;

/** What is loaded. */
export interface LoadRule {
  readonly of: (entity: Entity) => readonly LoadSelection[];
  /** Entities in a terminal status that new registries keep. */
  readonly keepFinished?: number;
}
