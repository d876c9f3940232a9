import { typeLayout } from "@holdfast/core";
import type { Layout } from "@holdfast/core";

import { comingTable, declaredTable, sharedTable } from "./tables.ts";
import type { Table } from "./tables.ts";

/** Where a record of a type is written. */
export interface WrittenTables {
  /** Where it is read, with the columns that are only being filled. */
  readonly home: Table;
  /** The type's own table, while the records of other tables are still on the way there. */
  readonly copy?: Table;
}

/** The model that the store keeps, as of one epoch, and the tables that it stands for. */
export class StoredModel {
  readonly epoch: number;
  /** What is in force: queries go by it. */
  readonly layout: Layout;
  /** What will be in force once all records are brought into its form: writers fill its columns already. */
  readonly coming: Layout | undefined;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #written: ReadonlyMap<string, WrittenTables>;

  constructor(epoch: number, layout: Layout, coming?: Layout) {
    this.epoch = epoch;
    this.layout = layout;
    this.coming = coming;
    const types = (coming ?? layout).types.map((after) => {
      const before = typeLayout(layout, after.type);
      const table = coming === undefined ? declaredTable(after) : comingTable(before, after);
      const own = declaredTable(after);
      const written = table.layout === undefined ? { home: table, copy: own } : { home: own };
      return { type: after.type, table, written };
    });
    this.#tables = new Map(types.map(({ type, table }) => [type, table]));
    this.#written = new Map(types.map(({ type, written }) => [type, written]));
  }

  /** Where records of this type are read: in a table of their own, or with those of all undeclared types. */
  table(type: string): Table {
    return this.#tables.get(type) ?? sharedTable;
  }

  writtenTables(type: string): WrittenTables {
    return this.#written.get(type) ?? { home: sharedTable };
  }

  get declaredTables(): readonly Table[] {
    return [...this.#tables.values()].filter(({ layout }) => layout !== undefined);
  }

  /** Whether the shared table may still have rows of it that stand elsewhere by now. */
  isDeclared(type: string): boolean {
    return this.table(type).layout !== undefined;
  }
}
