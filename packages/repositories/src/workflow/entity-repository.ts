import { HoldfastError, systemStamps } from "@holdfast/core";
import { draftHead } from "../draft-head.ts";
import { frozenCopy } from "../frozen-copy.ts";
import { stateAt } from "../lifecycle-step.ts";
import { changeIn } from "./crud-storage.ts";
import { entityOfObject, objectOfEntity, stateOf } from "./plain-entity.ts";
import { checkReachable } from "./reachable-status.ts";
import { StorageManager } from "./storage-manager.ts";
import type { DraftHead } from "../draft-head.ts";
import type { InvalidEntity, RepositoryOptions } from "../repository-types.ts";
import type { CrudStorage } from "./crud-storage.ts";
import type { PlainEntityOf } from "./plain-entity.ts";
import type { DraftOf, Entity, JsonObject, LifecycleState, Stamps } from "@holdfast/core";

/** What `getAll` found. */
export interface PlainEntities<E extends Entity> {
  readonly items: readonly PlainEntityOf<E>[];
  /** What is stored and does not fit. */
  readonly invalid: readonly InvalidEntity[];
}

/**
 * The entities of one type over any storage of plain objects. Reading changes nothing, in the storage or elsewhere. A
 * class of its own may override `toObject` and `fromObject` where objects have another form than the schema's.
 *
 * For versions, queries and work on many entities at once, `repository(entity, store)` is the fuller way.
 */
export class EntityRepository<E extends Entity> {
  readonly entity: E;
  /** The type under which objects are stored: the entity's name. */
  readonly typeName: E["name"];
  readonly storage: CrudStorage;
  readonly #stamps: Stamps;

  /** @param storage @default the `StorageManager` of the place that the environment names */
  constructor(entity: E, storage: CrudStorage = new StorageManager(), options: RepositoryOptions = {}) {
    this.entity = entity;
    this.typeName = entity.name;
    this.storage = storage;
    this.#stamps = options.stamps ?? systemStamps;
  }

  /**
   * Inserts or replaces, and gives what is stored now; makes an id (UUIDv7) where none is given. A new entity may have any
   * status. A stored one keeps its status where none is given, and takes one that events lead to from there, else
   * ILLEGAL_TRANSITION; where that is an end and no time is given, it is now. INVALID_ENTITY; INVALID_ID.
   */
  async save(draft: DraftOf<E>): Promise<PlainEntityOf<E>> {
    const head = draftHead(this.entity, draft);
    // The draft is the caller's again while we look, so nothing of it may be shared.
    const given = frozenCopy(definedOf(draft));
    const id = head.id ?? this.#stamps.newId();
    const saved = await changeIn(this.storage, this.typeName, id, (now) => {
      const state = now === undefined ? undefined : this.#stateOf(now);
      if (state !== undefined) checkReachable(this.entity, { type: this.typeName, id }, state, head);
      return this.toObject({ ...state, ...given, ...this.#moved(state, head), id });
    });
    return this.fromObject(saved);
  }

  /** INVALID_ENTITY where what is stored does not fit. */
  async getById(id: string): Promise<PlainEntityOf<E> | undefined> {
    const object = (await this.storage.getObjectById(this.typeName, id)) ?? undefined;
    return object === undefined ? undefined : this.fromObject(object);
  }

  /** In insertion order. INVALID_ENTITY where one does not fit; with `onInvalid: "report"` those are listed instead. */
  async getAll(options?: { readonly onInvalid?: "fail" }): Promise<readonly PlainEntityOf<E>[]>;
  async getAll(options: { readonly onInvalid: "report" }): Promise<PlainEntities<E>>;
  async getAll({ onInvalid = "fail" }: { readonly onInvalid?: "fail" | "report" } = {}): Promise<
    readonly PlainEntityOf<E>[] | PlainEntities<E>
  > {
    const objects = await this.storage.getObjects(this.typeName);
    if (onInvalid === "fail") return objects.map((object) => this.fromObject(object));
    const invalid: InvalidEntity[] = [];
    const items = objects.flatMap((object) => this.#fitting(object, invalid));
    return { items, invalid };
  }

  /** Whether there was one. */
  async delete(id: string): Promise<boolean> {
    return this.storage.deleteObject(this.typeName, id);
  }

  /** The object under which an entity is stored; with an id in any case. */
  protected toObject(draft: DraftOf<E>): JsonObject {
    return objectOfEntity(this.entity, draft);
  }

  /** The entity that a stored object is. */
  protected fromObject(object: JsonObject): PlainEntityOf<E> {
    return entityOfObject(this.entity, object);
  }

  /** A status that moves takes the time of the end along, where that is one. */
  #moved(stored: LifecycleState | undefined, { status, finishedAt }: DraftHead): LifecycleState | undefined {
    const { lifecycle } = this.entity;
    if (lifecycle === undefined || stored === undefined || status === undefined || status === stored.status) return;
    return stateAt(lifecycle, { finishedAt: finishedAt ?? stored.finishedAt ?? null }, status, this.#stamps);
  }

  /** Undefined where what is stored is no entity at all: then nothing keeps it from being replaced. */
  #stateOf(object: JsonObject): LifecycleState | undefined {
    try {
      return stateOf(this.entity, this.fromObject(object));
    } catch (error) {
      if (HoldfastError.is(error, "INVALID_ENTITY")) return undefined;
      throw error;
    }
  }

  #fitting(object: JsonObject, invalid: InvalidEntity[]): readonly PlainEntityOf<E>[] {
    try {
      return [this.fromObject(object)];
    } catch (error) {
      if (!HoldfastError.is(error, "INVALID_ENTITY") && !HoldfastError.is(error, "INVALID_ID")) throw error;
      const { id } = object;
      invalid.push({ id: typeof id === "string" ? id : "", error });
      return [];
    }
  }
}

/** What a draft says; an undefined field says nothing. */
function definedOf<T extends object>(draft: T): T;
function definedOf(draft: object): object {
  return Object.fromEntries(Object.entries(draft).filter(([, value]: [string, unknown]) => value !== undefined));
}
