import { HoldfastError, terminalStatuses } from "@holdfast/core";
import { frozenCopy } from "./frozen-copy.ts";
import type { LookUpOptions, Registry, RegistryOptions } from "./registry-types.ts";
import type { Repository, WatchBatch, WatchOptions } from "./repository-types.ts";
import type { Entity, EntityOf } from "@holdfast/core";

type Item = EntityOf<Entity>;

/** An empty registry of entities of one type. INVALID_CONFIG for a `keepFinished` that is no number from 0. */
export function registry<E extends Entity>(entity: E, options?: RegistryOptions<E>): Registry<E>;
export function registry(entity: Entity, options: RegistryOptions<Entity> = {}): Registry<Entity> {
  return new LiveRegistry(entity, options);
}

class LiveRegistry implements Registry<Entity> {
  readonly entity: Entity;
  readonly #options: RegistryOptions<Entity>;
  readonly #keepFinished: number;
  readonly #terminal: ReadonlySet<string>;
  /** In the order in which they were first added. */
  readonly #items = new Map<string, Item>();
  readonly #groups = new Map<string, Map<string, Item>>();
  /** The ids of those in a terminal status, in the order in which they came to it. */
  readonly #finished = new Set<string>();

  constructor(entity: Entity, options: RegistryOptions<Entity>) {
    const { keepFinished = 1_000 } = options;
    if (typeof keepFinished !== "number" || !(keepFinished >= 0)) {
      throw new HoldfastError("keepFinished must be a number from 0", { code: "INVALID_CONFIG" });
    }
    this.entity = entity;
    this.#options = options;
    this.#keepFinished = keepFinished;
    this.#terminal = new Set(entity.lifecycle === undefined ? [] : terminalStatuses(entity.lifecycle));
  }

  get size(): number {
    return this.#items.size;
  }

  add(item: Item): boolean {
    const { id }: { readonly id: unknown } = item;
    if (typeof id !== "string" || id === "") {
      throw new HoldfastError(`a "${this.entity.name}" is held by its id, and this one has none`, {
        code: "INVALID_ID",
        details: { type: this.entity.name },
      });
    }
    const held = this.#items.get(id);
    if (held !== undefined && held.version > item.version) return false;
    this.#hold(frozenCopy(item), held);
    this.#evict(this.#keepFinished);
    return true;
  }

  get(id: string, group?: string): Item | undefined {
    const item = this.#items.get(id);
    return item !== undefined && (group === undefined || this.#groupOf(item) === group) ? item : undefined;
  }

  has(id: string, group?: string): boolean {
    return this.get(id, group) !== undefined;
  }

  of(group: string): readonly Item[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  remove(id: string): boolean {
    const item = this.#items.get(id);
    if (item === undefined) return false;
    this.#items.delete(id);
    this.#finished.delete(id);
    this.#leaveGroup(item);
    return true;
  }

  evictFinished(): number {
    return this.#evict(0);
  }

  reset(): void {
    this.#items.clear();
    this.#groups.clear();
    this.#finished.clear();
  }

  replace(items: Iterable<Item>): void {
    const all = [...items];
    this.reset();
    for (const item of all) this.add(item);
  }

  async lookUp(id: string, { group, includePersisted = false }: LookUpOptions = {}): Promise<Item | undefined> {
    const held = this.get(id, group);
    if (held !== undefined || !includePersisted) return held;
    const { repository } = this.#options;
    if (repository === undefined) {
      throw new HoldfastError(`the registry of "${this.entity.name}" was given no repository to look in`, {
        code: "INVALID_CONFIG",
        details: { type: this.entity.name },
      });
    }
    const stored = await repository.get(id);
    return stored !== undefined && (group === undefined || this.#groupOf(stored) === group) ? stored : undefined;
  }

  async *follow(
    repository: Pick<Repository<Entity>, "watch">,
    options: WatchOptions<Entity> = {},
  ): AsyncGenerator<WatchBatch<Entity>, void, undefined> {
    const { lifecycle } = this.entity;
    const where = options.where ?? (lifecycle && { status: { in: lifecycle.running } });
    let isFirst = options.after === undefined;
    for await (const batch of repository.watch({ ...options, where })) {
      if (isFirst) this.replace(batch.entered);
      else for (const item of [...batch.entered, ...batch.changed]) this.add(item);
      for (const id of [...batch.left, ...(batch.invalid ?? []).map((each) => each.id)]) this.remove(id);
      isFirst = false;
      yield batch;
    }
  }

  [Symbol.iterator](): Iterator<Item> {
    return [...this.#items.values()][Symbol.iterator]();
  }

  #hold(item: Item, held: Item | undefined): void {
    if (held !== undefined && this.#groupOf(held) !== this.#groupOf(item)) this.#leaveGroup(held);
    this.#items.set(item.id, item);
    const group = this.#groupOf(item);
    if (group !== undefined) {
      const members = this.#groups.get(group) ?? new Map<string, Item>();
      this.#groups.set(group, members.set(item.id, item));
    }
    if (this.#isFinished(item)) this.#finished.add(item.id);
    else this.#finished.delete(item.id);
  }

  #leaveGroup(item: Item): void {
    const group = this.#groupOf(item);
    if (group === undefined) return;
    const members = this.#groups.get(group);
    members?.delete(item.id);
    if (members?.size === 0) this.#groups.delete(group);
  }

  #evict(keep: number): number {
    let evicted = 0;
    for (const id of this.#finished) {
      if (this.#finished.size <= keep) break;
      this.remove(id);
      evicted += 1;
    }
    return evicted;
  }

  #groupOf(item: Item): string | undefined {
    const { groupBy } = this.#options;
    const value: unknown = groupBy === undefined ? undefined : Reflect.get(item, groupBy);
    return typeof value === "string" ? value : undefined;
  }

  #isFinished(item: Item): boolean {
    const status: unknown = Reflect.get(item, "status");
    return typeof status === "string" && this.#terminal.has(status);
  }
}
