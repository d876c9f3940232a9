import type { Layout } from "@holdfast/core";

import { declaredTable, sharedTable } from "./tables.ts";
import type { Table } from "./tables.ts";

/** The model that the store keeps, as of one epoch, and the tables that it stands for. */
export class StoredModel {
  readonly epoch: number;
  readonly layout: Layout;
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(epoch: number, layout: Layout) {
    this.epoch = epoch;
    this.layout = layout;
    this.#tables = new Map(layout.types.map((each) => [each.type, declaredTable(each)]));
  }

  /** Where records of this type stand: in a table of their own, or with those of all undeclared types. */
  table(type: string): Table {
    return this.#tables.get(type) ?? sharedTable;
  }

  get declaredTables(): readonly Table[] {
    return [...this.#tables.values()];
  }
}
