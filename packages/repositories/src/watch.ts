import { compareText, decodeEntity, entityLift, HoldfastError, recordMatcher } from "@holdfast/core";
import { mapInTurns } from "./map-in-turns.ts";
import type { Context } from "./context.ts";
import type { InvalidEntity, WatchBatch, WatchOptions } from "./repository-types.ts";
import type { Change, Entity, EntityOf, Store, StoredRecord, StoreSession } from "@holdfast/core";

type Watched = StoreSession & Pick<Store, "changes" | "layout">;

/** Follows the feed of the store's tenant, and tells at each moment at which it is caught up what became of the result. */
export async function* watch(
  { entity, session }: Context,
  { where, after, signal, onInvalid = "fail" }: WatchOptions<Entity>,
): AsyncGenerator<WatchBatch<Entity>, void, undefined> {
  if (!isWatched(session)) {
    throw new HoldfastError("a transaction is not watched: what it writes is a change once it has committed", {
      code: "INVALID_CONFIG",
      details: { type: entity.name },
    });
  }
  const matches = recordMatcher(session.layout, entityLift([entity]), entity.name, where);
  const result = new Result(entity, { matches, onInvalid, isResumed: after !== undefined });
  const following = { follow: true, ...(signal !== undefined && { signal }) };
  let isFirst = true;
  for await (const { changes, next, caughtUp } of session.changes(after, following)) {
    for (const change of changes) result.take(change);
    if (!caughtUp) continue;
    const told = await result.tell();
    if (isFirst || told.entered.length + told.changed.length + told.left.length + (told.invalid?.length ?? 0) > 0) {
      yield { ...told, next };
    }
    isFirst = false;
  }
}

function isWatched(session: StoreSession): session is Watched {
  return "changes" in session && "layout" in session;
}

interface ResultOptions {
  readonly matches: (record: StoredRecord) => boolean;
  readonly onInvalid: "fail" | "report";
  /** Whether there were changes before the first one that is taken, of which nothing is known. */
  readonly isResumed: boolean;
}

/** What is in the result, by what was told of it. */
class Result {
  readonly #entity: Entity;
  readonly #options: ResultOptions;
  readonly #inside = new Set<string>();
  /** After resuming: those of which it is known that they are not in the result. */
  readonly #outside = new Set<string>();
  /** The latest state of what changed since it was last told; undefined for what is deleted. */
  readonly #pending = new Map<string, StoredRecord | undefined>();

  constructor(entity: Entity, options: ResultOptions) {
    this.#entity = entity;
    this.#options = options;
  }

  take(change: Change): void {
    const item = change.kind === "put" ? change.record : change.tombstone;
    if (item.type !== this.#entity.name) return;
    this.#pending.set(item.id, change.kind === "put" ? change.record : undefined);
  }

  async tell(): Promise<Omit<WatchBatch<Entity>, "next">> {
    const invalid: InvalidEntity[] = [];
    const records = [...this.#pending.values()].filter((record) => record !== undefined).sort(byCreation);
    const found = await mapInTurns(records, (record) => this.#matching(record, invalid));
    const [entered, changed]: [EntityOf<Entity>[], EntityOf<Entity>[]] = [[], []];
    for (const entity of found.flat()) {
      (this.#inside.has(entity.id) ? changed : entered).push(entity);
      this.#inside.add(entity.id);
      this.#outside.delete(entity.id);
      this.#pending.delete(entity.id);
    }
    const left = [...this.#pending.keys()].filter((id) => this.#leaves(id));
    this.#pending.clear();
    return { entered, changed, left, ...(this.#options.onInvalid === "report" && { invalid }) };
  }

  /** The entity where the record is in the result; a list, since it may be none. */
  #matching(record: StoredRecord, invalid: InvalidEntity[]): readonly EntityOf<Entity>[] {
    try {
      return this.#options.matches(record) ? [decodeEntity(this.#entity, record)] : [];
    } catch (error) {
      if (this.#options.onInvalid === "fail" || !HoldfastError.is(error, "INVALID_ENTITY")) throw error;
      invalid.push({ id: record.id, error });
      return [];
    }
  }

  /** Whether to tell that it is not in the result: where it was, or may have been before the watch was resumed. */
  #leaves(id: string): boolean {
    const wasInside = this.#inside.delete(id);
    if (!this.#options.isResumed) return wasInside;
    const wasUnknown = !wasInside && !this.#outside.has(id);
    this.#outside.add(id);
    return wasInside || wasUnknown;
  }
}

function byCreation(a: StoredRecord, b: StoredRecord): number {
  return a.created - b.created || compareText(a.id, b.id);
}
