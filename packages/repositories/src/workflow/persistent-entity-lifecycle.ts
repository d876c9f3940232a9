import { entityOfValue } from "./entity-of-value.ts";
import { StorageManager } from "./storage-manager.ts";
import { entityIn, storedStep } from "./stored-step.ts";
import type { RepositoryOptions, TransitionOptions } from "../repository-types.ts";
import type { Case } from "./case.ts";
import type { CrudStorage } from "./crud-storage.ts";
import type { Job } from "./job.ts";
import type { PlainEntityOf } from "./plain-entity.ts";
import type { StepResult } from "./step-result.ts";
import type { OverStore } from "./stored-step.ts";
import type { Entity, EventOf, StatusOf, WorkflowEvent, WorkflowStatus } from "@holdfast/core";

type Storage = CrudStorage | OverStore;
type PlainJob = PlainEntityOf<typeof Job>;
type PlainCase = PlainEntityOf<typeof Case>;

/**
 * Steps of a lifecycle that are stored, each as one atomic step on what is stored: the stored status decides, and the
 * stored fields stay, but for the status, `finishedAt` and a patch. An entity that is not stored yet is stored with its
 * first step. A storage that is no `StorageManager` and has no `changeObject` is read and then saved to, so another writer
 * may come between.
 *
 * What is handed in stays as it is; the entity as it is stored now comes back. A step that is not allowed stores nothing
 * and is a result. What else fails is thrown (INVALID_ENTITY, the storage's own errors), and stores nothing either.
 */
export class PersistentEntityLifecycle<E extends Entity> {
  readonly entity: E;
  readonly storage: Storage;
  readonly #options: RepositoryOptions;

  /** @param storage @default the `StorageManager` of the place that the environment names */
  constructor(entity: E, storage: Storage = new StorageManager(), options: RepositoryOptions = {}) {
    this.entity = entity;
    this.storage = storage;
    this.#options = options;
  }

  /** A step to a status that one event leads to, of an entity or of what is stored under an id. */
  async transition(
    value: string | PlainEntityOf<E>,
    to: StatusOf<E>,
    options: TransitionOptions<E> = {},
  ): Promise<StepResult<PlainEntityOf<E>>> {
    const { entity, storage } = this;
    return storedStep<E>({ entity, storage, value, step: { to }, options: { ...this.#options, ...options } });
  }

  /** The step that an event makes, of an entity or of what is stored under an id. */
  async handleEvent(
    value: string | PlainEntityOf<E>,
    event: EventOf<E>,
    options: TransitionOptions<E> = {},
  ): Promise<StepResult<PlainEntityOf<E>>> {
    const { entity, storage } = this;
    return storedStep<E>({ entity, storage, value, step: { event }, options: { ...this.#options, ...options } });
  }

  /** As the method, for a job or a case, which are told apart by `agentName` and `jobId`; else INVALID_ENTITY. */
  static async transition(job: PlainJob, to: WorkflowStatus, storage?: Storage): Promise<StepResult<PlainJob>>;
  static async transition(item: PlainCase, to: WorkflowStatus, storage?: Storage): Promise<StepResult<PlainCase>>;
  static async transition(
    value: PlainJob | PlainCase,
    to: WorkflowStatus,
    storage: Storage = new StorageManager(),
  ): Promise<StepResult<object>> {
    const entity: Entity = entityIn(storage, entityOfValue(value));
    return storedStep({ entity, storage, value, step: { to }, options: {} });
  }

  /** As the method, for a job or a case, which are told apart by `agentName` and `jobId`; else INVALID_ENTITY. */
  static async handleEvent(job: PlainJob, event: WorkflowEvent, storage?: Storage): Promise<StepResult<PlainJob>>;
  static async handleEvent(item: PlainCase, event: WorkflowEvent, storage?: Storage): Promise<StepResult<PlainCase>>;
  static async handleEvent(
    value: PlainJob | PlainCase,
    event: WorkflowEvent,
    storage: Storage = new StorageManager(),
  ): Promise<StepResult<object>> {
    const entity: Entity = entityIn(storage, entityOfValue(value));
    return storedStep({ entity, storage, value, step: { event }, options: {} });
  }
}
