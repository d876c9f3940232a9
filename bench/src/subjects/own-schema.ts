import { openStore } from "@holdfast/connect";
import type { Entity } from "../subject.ts";
import { models } from "./bench-model.ts";

/**
 * Makes a store of ours and leaves it, so that what is written by hand into its tables meets the same columns, indexes
 * and constraints, whatever the layout of the day is.
 */
export async function makeOwnSchema(url: string, entity: Entity): Promise<void> {
  const store = await openStore(url, { model: models[entity] });
  await store.close();
}
