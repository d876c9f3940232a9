import type { Driver, RecordText } from "./driver.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { queryLimits } from "./query.ts";

type Found = readonly (RecordText | undefined)[];
interface Waiting {
  readonly ids: readonly string[];
  readonly resolve: (found: Found) => void;
  readonly reject: (error: unknown) => void;
}

type PointReader = Pick<Driver, "get" | "getAtOnce" | "joinsReads">;

/** The reads of one type that are not answered yet. */
interface Queue {
  readonly key: string;
  readonly tenant: string;
  readonly type: string;
  readonly waiting: Waiting[];
  /** Whether its reads are not answered at once. */
  readonly isWaitedFor: boolean;
  /** How many rounds are being read, or are about to be. */
  rounds: number;
  /** How many reads are in them. */
  underWay: number;
}

/** Rounds of one type that are under way together: one is asked while another is answered. */
const roundsMost = 2;
/** The fewest reads that are worth a round beside another. */
const besideLeast = 24;

/**
 * Joins point reads of one type that wait together into one. A lone read goes at once; those that come while it is
 * under way, or in the same run of the thread, are asked together, so each sees all that was committed before it was
 * called. Where several were asked together last, the next one waits for others in its turn of the event loop.
 */
export class GroupRead {
  readonly #reader: PointReader;
  /** By tenant and type. */
  readonly #queues = new Map<string, Queue>();
  /** Of those that come in the same run of the thread as a read that was answered at once. */
  #company: Queue | undefined;
  #hadCompany = false;

  constructor(reader: PointReader) {
    this.#reader = reader;
  }

  /** Many databases answer at once, so there is no promise where none is needed. */
  get(tenant: string, type: string, ids: readonly string[]): Found | Promise<Found> {
    const company = this.#company;
    if (company?.type === type && company.tenant === tenant) return queued(company, ids);
    const queue = this.#queues.size === 0 ? undefined : this.#queues.get(keyOf(tenant, type));
    if (queue !== undefined) return this.#join(queue, ids);
    const found = this.#reader.getAtOnce?.(tenant, type, ids);
    if (found === undefined) return this.#begin(newQueue(tenant, type, true), ids);
    if (this.#reader.joinsReads === true && this.#company === undefined) {
      this.#company = newQueue(tenant, type, false);
      queueMicrotask(this.#askForCompany);
    }
    return found;
  }

  readonly #askForCompany = (): void => {
    const company = this.#company;
    this.#company = undefined;
    if (company === undefined || company.waiting.length === 0) return;
    this.#queues.set(company.key, company);
    company.rounds += 1;
    void this.#goOn(company);
  };

  #begin(queue: Queue, ids: readonly string[]): Promise<Found> {
    this.#queues.set(queue.key, queue);
    return this.#hadCompany ? this.#join(queue, ids) : this.#getAhead(queue, ids);
  }

  #join(queue: Queue, ids: readonly string[]): Promise<Found> {
    const found = queued(queue, ids);
    if (queue.rounds === 0 || (queue.rounds < roundsMost && queue.waiting.length >= besideLeast)) {
      queue.rounds += 1;
      void eventLoopTurn().then(() => this.#goOn(queue));
    }
    return found;
  }

  /** Others wait for it from now on. */
  async #getAhead(queue: Queue, ids: readonly string[]): Promise<Found> {
    queue.rounds += 1;
    try {
      return await this.#reader.get(queue.tenant, queue.type, ids);
    } finally {
      void this.#goOn(queue);
    }
  }

  /** Does one round after another until nothing waits, or others do it. */
  async #goOn(queue: Queue): Promise<void> {
    for (let round = this.#take(queue); round.length > 0; round = this.#take(queue)) {
      await this.#readRound(queue, round);
      queue.underWay -= round.length;
      // Those that were answered may ask again.
      if (queue.isWaitedFor && round.length > 1) await eventLoopTurn();
    }
    queue.rounds -= 1;
    if (queue.rounds === 0) this.#queues.delete(queue.key);
  }

  /** A round of what waits: a half of all where answers are waited for, and the other half goes beside it. */
  #take(queue: Queue): readonly Waiting[] {
    const { waiting, isWaitedFor } = queue;
    const all = waiting.length + queue.underWay;
    const isHalved = isWaitedFor && all >= roundsMost * besideLeast;
    const round = takeRound(waiting, isHalved ? Math.ceil(all / roundsMost) : all);
    queue.underWay += round.length;
    if (round.length > 0) this.#hadCompany = round.length > 1;
    if (isHalved && queue.rounds < roundsMost && waiting.length > 0) {
      queue.rounds += 1;
      void this.#goOn(queue);
    }
    return round;
  }

  /** Never rejects: each call gets its own answer, and where the joined read fails, that of a read of its own. */
  async #readRound(queue: Queue, round: readonly Waiting[]): Promise<void> {
    const { tenant, type } = queue;
    const ids = [...new Set(round.flatMap((each) => each.ids))];
    try {
      const found = this.#reader.getAtOnce?.(tenant, type, ids) ?? (await this.#reader.get(tenant, type, ids));
      const byId = new Map(ids.map((id, at) => [id, found[at]]));
      for (const each of round) each.resolve(each.ids.map((id) => byId.get(id)));
    } catch (thrown) {
      const [first] = round;
      if (first !== undefined && round.length === 1) first.reject(thrown);
      else for (const each of round) await this.#readRound(queue, [each]);
    }
  }
}

function newQueue(tenant: string, type: string, isWaitedFor: boolean): Queue {
  return { key: keyOf(tenant, type), tenant, type, waiting: [], isWaitedFor, rounds: 0, underWay: 0 };
}

function queued({ waiting }: Queue, ids: readonly string[]): Promise<Found> {
  return new Promise((resolve, reject) => void waiting.push({ ids, resolve, reject }));
}

function keyOf(tenant: string, type: string): string {
  return `${tenant}\0${type}`;
}

/** Takes so many of those that wait, as far as one read may ask for. */
function takeRound(waiting: Waiting[], most: number): readonly Waiting[] {
  let ids = 0;
  const past = waiting.findIndex(
    (each, at) => at >= most || ((ids += each.ids.length) > queryLimits.idsMost && at > 0),
  );
  return waiting.splice(0, past === -1 ? waiting.length : past);
}
