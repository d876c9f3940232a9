import { compareText, type StoreSession, type Tombstone } from "@holdfast/core";

import type { IdRange } from "./read-pages.ts";

type Session = Pick<StoreSession, "tombstones">;

/** What a store still knows of the deletes of a type, by id, a page at a time. A record that was created again is none of them. */
export async function* deletes(
  session: Session,
  type: string,
  limit: number,
  { after, upTo }: IdRange = {},
): AsyncGenerator<readonly Tombstone[]> {
  let page = await session.tombstones(type, { limit, ...(after === undefined ? {} : { after }) });
  while (page.length > 0) {
    const within = upTo === undefined ? page : page.filter(({ id }) => compareText(id, upTo) <= 0);
    if (within.length > 0) yield within;
    const last = page.at(-1)?.id;
    if (page.length < limit || within.length < page.length || last === undefined) return;
    page = await session.tombstones(type, { limit, after: last });
  }
}

/** Goes through the tombstones of a type beside something else that comes by id too. A page of them is in memory. */
export class TombstoneWalk {
  readonly #pages: AsyncGenerator<readonly Tombstone[]>;
  #page: readonly Tombstone[] = [];
  #at = 0;

  constructor(session: Session, type: string, batch: number, range?: IdRange) {
    this.#pages = deletes(session, type, batch, range);
  }

  /** The tombstone of an id behind all that were asked for before; `passed`: the first that was left behind on the way. */
  async find(id: string): Promise<{ readonly found: Tombstone | undefined; readonly passed: Tombstone | undefined }> {
    let passed: Tombstone | undefined;
    for (let ahead = await this.#ahead(); ahead !== undefined; ahead = await this.#ahead()) {
      const order = compareText(ahead.id, id);
      if (order > 0) break;
      this.#at += 1;
      if (order === 0) return { found: ahead, passed };
      passed ??= ahead;
    }
    return { found: undefined, passed };
  }

  async next(): Promise<Tombstone | undefined> {
    const ahead = await this.#ahead();
    this.#at += 1;
    return ahead;
  }

  async #ahead(): Promise<Tombstone | undefined> {
    while (this.#at >= this.#page.length) {
      const step = await this.#pages.next();
      if (step.done === true) return undefined;
      [this.#page, this.#at] = [step.value, 0];
    }
    return this.#page[this.#at];
  }
}
