import type { ReferenceLayout, TypeLayout } from "@holdfast/core";
import type { ForeignKeyConstraintBuilder } from "kysely";

import { columnName, joinedName } from "../identifiers.ts";
import type { SqlContext } from "../sql-context.ts";
import type { Statement } from "../statement.ts";

/** An enforced reference as a constraint. What a delete does to children is expanded before, so it has no action. */
export interface ForeignKey {
  readonly name: string;
  readonly table: string;
  readonly columns: string[];
  readonly parent: string;
  readonly reference: ReferenceLayout;
}

export const parentColumns = ["_tenant", "_id"];

export function foreignKeys(layout: TypeLayout): readonly ForeignKey[] {
  return layout.references.flatMap((reference) => {
    if (reference.onDelete === undefined) return [];
    const column = columnName(reference.field);
    const name = joinedName(layout.type, column, "to", reference.to);
    return [{ name, table: layout.type, columns: ["_tenant", column], parent: reference.to, reference }];
  });
}

/** Judged at the commit, so the order of writes within a transaction does not matter. */
export function judgedAtCommit(constraint: ForeignKeyConstraintBuilder): ForeignKeyConstraintBuilder {
  return constraint.deferrable().initiallyDeferred();
}

export function addForeignKey({ builder }: SqlContext, { name, table, columns, parent }: ForeignKey): Statement {
  return builder.schema
    .alterTable(table)
    .addForeignKeyConstraint(name, columns, parent, parentColumns, judgedAtCommit)
    .compile();
}

export function dropForeignKey({ builder }: SqlContext, { name, table }: ForeignKey): Statement {
  return builder.schema.alterTable(table).dropConstraint(name).compile();
}
