import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { copy } from "@holdfast/migrate";
import { repository } from "@holdfast/repositories";
import { documentsOf, idOf } from "../document.ts";
import { models, PlainDocument } from "../subjects/bench-model.ts";

const batchMost = 10_000;

export interface StepPlace {
  readonly url: string;
  /** How many documents the store has, or gets. */
  readonly count: number;
  /** Where nothing is yet, for a copy. */
  readonly freshUrl: string;
}

/** What is done in a process of its own, in this order; each leaves the store open until its memory is looked at. */
export const steps = {
  "saved in batches of at most 10,000": async (store, { count }) => {
    const documents = repository(PlainDocument, store);
    for (let at = 0; at < count; at += batchMost)
      await documents.saveMany(documentsOf(at, Math.min(batchMost, count - at), false));
  },
  "opened, one read": async (store) => {
    if ((await repository(PlainDocument, store).get(idOf(7))) === undefined)
      throw new Error("what was saved is not there");
  },
  "all read one by one": async (store, { count }) => {
    let read = 0;
    for await (const _ of repository(PlainDocument, store).each()) read++;
    if (read !== count) throw new Error(`${read} documents were read, not ${count}`);
  },
  "copied into SQLite": async (store, { freshUrl }) => {
    await using target = await openStore(freshUrl, { model: models.plain });
    const { equal } = await copy(store, target);
    if (!equal) throw new Error("the copy differs");
  },
} as const satisfies Readonly<Record<string, (store: Store, place: StepPlace) => Promise<void>>>;

export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as StepName[];
