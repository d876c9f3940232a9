import type { Driver, RecordText } from "./driver.ts";
import { queryLimits } from "./query.ts";

type Found = readonly (RecordText | undefined)[];
interface Waiting {
  readonly ids: readonly string[];
  readonly resolve: (found: Found) => void;
  readonly reject: (error: unknown) => void;
}

type PointReader = Pick<Driver, "get" | "getAtOnce" | "joinsReads">;

/** Reads of one type that came behind another in the same run of the thread. */
interface Company {
  readonly tenant: string;
  readonly type: string;
  readonly waiting: Waiting[];
}

/**
 * Joins point reads of one type that wait together into one. A lone read goes at once; those that come while it is
 * under way, or in the same run of the thread, are asked together behind it, so each sees all that was committed before it
 * was called.
 */
export class GroupRead {
  readonly #reader: PointReader;
  /** By tenant and type: what waits for the read that is under way. */
  readonly #waiting = new Map<string, Waiting[]>();
  #company: Company | undefined;

  constructor(reader: PointReader) {
    this.#reader = reader;
  }

  /** Many databases answer at once, so there is no promise where none is needed. */
  get(tenant: string, type: string, ids: readonly string[]): Found | Promise<Found> {
    const waiting = this.#waitingOf(tenant, type);
    if (waiting !== undefined) return new Promise((resolve, reject) => waiting.push({ ids, resolve, reject }));
    const found = this.#reader.getAtOnce?.(tenant, type, ids);
    if (found === undefined) return this.#getAhead(tenant, type, ids);
    if (this.#reader.joinsReads === true && this.#company === undefined) {
      this.#company = { tenant, type, waiting: [] };
      queueMicrotask(this.#askForCompany);
    }
    return found;
  }

  /** Where a read of these has to wait, if it has to. */
  #waitingOf(tenant: string, type: string): Waiting[] | undefined {
    const company = this.#company;
    if (company?.type === type && company.tenant === tenant) return company.waiting;
    return this.#waiting.size === 0 ? undefined : this.#waiting.get(keyOf(tenant, type));
  }

  readonly #askForCompany = (): void => {
    const company = this.#company;
    this.#company = undefined;
    if (company === undefined || company.waiting.length === 0) return;
    const { tenant, type, waiting } = company;
    const key = keyOf(tenant, type);
    this.#waiting.set(key, waiting);
    void this.#goOn(key, tenant, type);
  };

  /** Others wait for it from now on. */
  async #getAhead(tenant: string, type: string, ids: readonly string[]): Promise<Found> {
    const key = keyOf(tenant, type);
    this.#waiting.set(key, []);
    try {
      return await this.#reader.get(tenant, type, ids);
    } finally {
      if (this.#waiting.get(key)?.length === 0) this.#waiting.delete(key);
      else void this.#goOn(key, tenant, type);
    }
  }

  async #goOn(key: string, tenant: string, type: string): Promise<void> {
    for (;;) {
      const round = takeRound(this.#waiting.get(key) ?? []);
      if (round.length === 0) break;
      await this.#readRound(tenant, type, round);
    }
    this.#waiting.delete(key);
  }

  /** Never rejects: each call gets its own answer, and where the joined read fails, that of a read of its own. */
  async #readRound(tenant: string, type: string, round: readonly Waiting[]): Promise<void> {
    const ids = [...new Set(round.flatMap((each) => each.ids))];
    try {
      const found = this.#reader.getAtOnce?.(tenant, type, ids) ?? (await this.#reader.get(tenant, type, ids));
      const byId = new Map(ids.map((id, at) => [id, found[at]]));
      for (const each of round) each.resolve(each.ids.map((id) => byId.get(id)));
    } catch (thrown) {
      const [first] = round;
      if (first !== undefined && round.length === 1) first.reject(thrown);
      else for (const each of round) await this.#readRound(tenant, type, [each]);
    }
  }
}

function keyOf(tenant: string, type: string): string {
  return `${tenant}\0${type}`;
}

/** Takes what waits, as far as one read may ask for. */
function takeRound(waiting: Waiting[]): readonly Waiting[] {
  let ids = 0;
  const past = waiting.findIndex((each, at) => (ids += each.ids.length) > queryLimits.idsMost && at > 0);
  return waiting.splice(0, past === -1 ? waiting.length : past);
}
