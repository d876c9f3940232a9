import type { Item } from "./item.ts";

/** One way of keeping items such that each is on the medium when its save is over. */
export interface ItemKeeper extends AsyncDisposable {
  save(item: Item): Promise<void>;
  /** All of them in the cheapest way that there is. */
  saveBatch(items: readonly Item[]): Promise<void>;
  /** Takes these away again; the time for it is not measured. */
  remove(ids: readonly string[]): Promise<void>;
  count(): Promise<number>;
}

export interface System {
  readonly name: string;
  readonly side: "ours" | "original" | "limit";
  /** What one save is, and what it survives, for the table. */
  readonly means: string;
  open(folder: string): Promise<ItemKeeper>;
}
