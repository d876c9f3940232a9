import type { Reader, RecordText } from "./driver.ts";
import { queryLimits } from "./query.ts";

type Found = readonly (RecordText | undefined)[];
interface Waiting {
  readonly ids: readonly string[];
  readonly resolve: (found: Found) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins point reads of one type that wait together into one. A lone read goes at once; those that come while it is
 * under way are asked together when it is back, so each sees all that was committed before it was called.
 */
export class GroupRead implements Pick<Reader, "get"> {
  readonly #reader: Pick<Reader, "get">;
  /** By tenant and type: what waits for the read that is under way. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(reader: Pick<Reader, "get">) {
    this.#reader = reader;
  }

  async get(tenant: string, type: string, ids: readonly string[]): Promise<Found> {
    const key = `${tenant}\0${type}`;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return new Promise((resolve, reject) => waiting.push({ ids, resolve, reject }));
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
      const found = await this.#reader.get(tenant, type, ids);
      const byId = new Map(ids.map((id, at) => [id, found[at]]));
      for (const each of round) each.resolve(each.ids.map((id) => byId.get(id)));
    } catch (thrown) {
      const [first] = round;
      if (first !== undefined && round.length === 1) first.reject(thrown);
      else for (const each of round) await this.#readRound(tenant, type, [each]);
    }
  }
}

/** Takes what waits, as far as one read may ask for. */
function takeRound(waiting: Waiting[]): readonly Waiting[] {
  let ids = 0;
  const past = waiting.findIndex((each, at) => (ids += each.ids.length) > queryLimits.idsMost && at > 0);
  return waiting.splice(0, past === -1 ? waiting.length : past);
}
