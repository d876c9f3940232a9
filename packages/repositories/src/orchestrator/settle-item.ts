import { HoldfastError } from "@holdfast/core";
import { IntelItem } from "./intel-item.ts";
import type { PreparedItem } from "./intel-item-draft.ts";
import type { UpsertOptions } from "./intel-item-types.ts";

export type OnOtherRun = NonNullable<UpsertOptions["onOtherRun"]>;

/** What the options say; INVALID_CONFIG where callers without types say something else. */
export function takeOnOtherRun({ onOtherRun = "refuse" }: UpsertOptions): OnOtherRun {
  if (onOtherRun === "refuse" || onOtherRun === "move" || onOtherRun === "keep") return onOtherRun;
  throw new HoldfastError(`onOtherRun is "refuse", "move" or "keep", and not "${String(onOtherRun)}"`, {
    code: "INVALID_CONFIG",
  });
}

/** What an item is of. */
export interface ItemPlace {
  readonly runId: string;
  readonly itemType: string;
}

/** The item as it is written over one that is stored; ALREADY_EXISTS where that one is of another run or type. */
export function settleItem(item: PreparedItem, stored: ItemPlace, onOtherRun: OnOtherRun): PreparedItem {
  const { runId, itemType } = stored;
  if (runId === item.runId && itemType === item.itemType) return item;
  switch (onOtherRun) {
    case "move":
      return item;
    case "keep":
      return { ...item, runId, itemType, body: { ...item.body, runId, itemType } };
    case "refuse":
      throw elsewhere(item, stored);
    default:
      return onOtherRun satisfies never;
  }
}

function elsewhere({ id, runId, itemType }: PreparedItem, stored: ItemPlace): HoldfastError {
  const [field, given, found] =
    runId === stored.runId ? ["itemType", itemType, stored.itemType] : ["runId", runId, stored.runId];
  return new HoldfastError(
    `there is an item with id "${id}" already, whose ${field} is "${found}" and not "${given}"; onOtherRun says whether it moves or stays`,
    { code: "ALREADY_EXISTS", details: { type: IntelItem.name, id, field, given, stored: found } },
  );
}
