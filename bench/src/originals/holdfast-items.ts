import { openStore } from "@holdfast/connect";
import { repository } from "@holdfast/repositories";
import type { ItemKeeper } from "./item-keeper.ts";
import { ItemEntity, itemModel, runs } from "./item.ts";

/** This project's way, as its users write it: a repository on a store that stays open. */
export async function holdfastItems(url: string): Promise<ItemKeeper> {
  const store = await openStore(url, { model: itemModel });
  if (store.guarantees.durability !== "power-loss") throw new Error("only what is synced is compared");
  await repository(runs.entity, store).save(runs.one);
  const items = repository(ItemEntity, store);
  return {
    save: async (item) => void (await items.save(item)),
    saveBatch: async (batch) => void (await items.saveMany(batch)),
    remove: async (ids) => void (await items.deleteWhere({ id: { in: ids } })),
    count: () => items.count(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
