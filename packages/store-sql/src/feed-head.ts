import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { feedTable, prunedTable, tenantColumn } from "./tables.ts";

const feedKey = { table: feedTable };

/** For `headOf`: where a tenant's feed stands at the moment that the statement sees. */
export function headStatement({ builder, dialect, templates }: SqlContext, tenant: string): Statement {
  const template = templates.get(feedKey, "head", () => {
    const pruned = builder.selectFrom(prunedTable).select("pruned").where(tenantColumn.name, "=", slot(0));
    return builder
      .selectFrom(feedTable)
      .select(["store", pruned.as("pruned"), dialect.feed.mark.as("mark"), dialect.feed.history.as("history")])
      .compile();
  });
  return template.bind([tenant]);
}
