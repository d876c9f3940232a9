import { median } from "../judge/median.ts";
import type { ItemKeeper, System } from "./item-keeper.ts";
import { itemsOf } from "./item.ts";
import type { Item } from "./item.ts";

const batch = 100;
/** A system is measured again within its turn until so much time has passed. */
const turnMs = 500;

export const workloads = [
  { key: "saved", name: `${batch} new items, each save awaited` },
  { key: "changed", name: `the same ${batch} changed, each save awaited` },
  { key: "batch", name: `${batch} new items in one batch` },
] as const;

/** Milliseconds for a hundred items. */
export type Times = Readonly<Record<(typeof workloads)[number]["key"], number>>;

/** How long a system runs before it is measured, at most. */
export interface Warming {
  readonly rounds: number;
  readonly milliseconds: number;
}

/** One system in a process of its own, with its compiler warm. */
export class MeasuredSystem implements AsyncDisposable {
  readonly #keeper: ItemKeeper;
  readonly #stored: number;
  #round = 0;

  private constructor(keeper: ItemKeeper, stored: number) {
    this.#keeper = keeper;
    this.#stored = stored;
  }

  /** Until the engine has compiled what is measured, some ten thousand saves are done over few items. */
  static async open(system: System, folder: string, stored: number, warming: Warming): Promise<MeasuredSystem> {
    const keeper = await system.open(folder);
    const measured = new MeasuredSystem(keeper, stored);
    const end = performance.now() + warming.milliseconds;
    for (let round = 0; round < warming.rounds && performance.now() < end; round++) await measured.#times();
    await keeper.saveBatch(itemsOf("stored", stored));
    return measured;
  }

  /**
   * One turn: as many goes as fit into half a second, at least one, of which the medians count. So each has its code and
   * its caches at hand again, as in an application that is at work, after all that the others did meanwhile. The store
   * holds afterwards what it held before.
   */
  async round(): Promise<Times> {
    const goes: Times[] = [];
    const end = performance.now() + turnMs;
    do goes.push(await this.#times());
    while (performance.now() < end);
    const left = await this.#keeper.count();
    if (left !== this.#stored) throw new Error(`${left} items are left, not ${this.#stored}`);
    const of = (key: keyof Times): number => median(goes.map((times) => times[key]));
    return { saved: of("saved"), changed: of("changed"), batch: of("batch") };
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#keeper[Symbol.asyncDispose]();
  }

  async #times(): Promise<Times> {
    const keeper = this.#keeper;
    const round = this.#round++;
    const items = itemsOf(`single-${round}`, batch);
    const changes = items.map((item) => ({ ...item, title: `${item.title}, changed`, decision: "promote" }));
    const together = itemsOf(`batch-${round}`, batch);
    const oneByOne = (each: readonly Item[]) => async (): Promise<void> => {
      for (const item of each) await keeper.save(item);
    };
    const saved = await milliseconds(oneByOne(items));
    const changed = await milliseconds(oneByOne(changes));
    await keeper.remove(items.map(({ id }) => id));
    const inBatch = await milliseconds(() => keeper.saveBatch(together));
    await keeper.remove(together.map(({ id }) => id));
    return { saved, changed, batch: inBatch };
  }
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
