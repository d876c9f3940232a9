import { compareScalars } from "@holdfast/core";
import type { OrderTerm, Scalar } from "@holdfast/core";
import type { TypeModel } from "./compiled-model.ts";
import { slotValue } from "./entry.ts";
import type { Entry, Slot } from "./entry.ts";

/** The order of a query: null first where a field ascends, last where it descends. */
export class RowOrder {
  readonly #terms: readonly { readonly slot: Slot; readonly descending: boolean }[];

  constructor(type: TypeModel, order: readonly OrderTerm[]) {
    this.#terms = order.map(({ field, descending }) => ({ slot: type.slotOf(field), descending }));
  }

  /** The entry's value for each term. */
  placeOf(entry: Entry): readonly Scalar[] {
    return this.#terms.map(({ slot }) => slotValue(entry, slot));
  }

  isBehind(entry: Entry, place: readonly Scalar[]): boolean {
    for (const [at, { slot, descending }] of this.#terms.entries()) {
      const difference = compareScalars(slotValue(entry, slot), place[at] ?? null);
      if (difference !== 0) return descending ? difference < 0 : difference > 0;
    }
    return false;
  }

  readonly compare = (a: Entry, b: Entry): number => {
    for (const { slot, descending } of this.#terms) {
      const difference = compareScalars(slotValue(a, slot), slotValue(b, slot));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  };
}
