import type { Page } from "../repository-types.ts";
import type { IntelItem } from "./intel-item.ts";
import type { ListOptions, PageOptions } from "./list-options.ts";
import type { DraftOf } from "@holdfast/core";

/** Narrows items; what is left out does not narrow. */
export interface IntelItemFilter {
  readonly runId?: string | undefined;
  /** `null`: the items that nothing was decided about. */
  readonly decision?: string | null | undefined;
  readonly itemType?: string | undefined;
}

/** A new item, or one as it was read. Its id is given as `id` or as `itemId`. */
export type IntelItemDraft = Omit<DraftOf<typeof IntelItem>, "id"> &
  ({ readonly id: string; readonly itemId?: undefined } | { readonly itemId: string; readonly id?: undefined });

export interface UpsertOptions {
  /**
   * What happens where an item of this id is stored that is of another run or of another type. `"refuse"`:
   * ALREADY_EXISTS, and nothing is written. `"move"`: it is of the run and type that are given from now on. `"keep"`: it
   * stays of the run and type that it was of, and takes everything else. @default "refuse"
   */
  readonly onOtherRun?: "refuse" | "move" | "keep" | undefined;
}

/** What the runs of an orchestrator found. */
export interface IntelItemState {
  /**
   * Inserts the item, or replaces all that is stored under its id but for the time of its creation; what is left out
   * takes its default again. With `version`, that one must be stored, else CONFLICT. REFERENCE_VIOLATION for an unknown
   * run; ALREADY_EXISTS for the id of another run's item, unless `onOtherRun` says otherwise; INVALID_ENTITY.
   */
  upsertIntelItem(item: IntelItemDraft, options?: UpsertOptions): Promise<IntelItem>;
  /**
   * Upserts all of them or none, as one batch, in the order given. Of an id that stands there twice the first decides
   * on the place in the order and the last on the content. Gives each item as it is stored, in the order given.
   */
  upsertIntelItems(items: readonly IntelItemDraft[], options?: UpsertOptions): Promise<readonly IntelItem[]>;
  getIntelItem(itemId: string): Promise<IntelItem | undefined>;
  /** In the order asked, undefined where there is none. At most 10,000 ids. */
  getIntelItems(itemIds: readonly string[]): Promise<readonly (IntelItem | undefined)[]>;
  /** All items of the run, however many, as of one moment, in the order of their creation; none for an unknown run. */
  listIntelItemsForRun(runId: string, options?: ListOptions): Promise<readonly IntelItem[]>;
  /** A page of the items that match. */
  findIntelItems(options?: IntelItemFilter & PageOptions): Promise<Page<typeof IntelItem>>;
  countIntelItems(filter?: IntelItemFilter): Promise<number>;
  /** How many items there are of each decision, by its name, of one run or of all; null for none comes first. */
  countByDecision(runId?: string): Promise<ReadonlyMap<string | null, number>>;
  /** Whether there was one. */
  deleteIntelItem(itemId: string): Promise<boolean>;
}
