import { encodeColumnText } from "@holdfast/core";
import type { KeyChange } from "@holdfast/core";
import { sql } from "kysely";

import type { CommitEvidence } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import { idColumn, sharedTable, tombstonesTable } from "./tables.ts";
import type { Table } from "./tables.ts";
import { ownRows } from "./where.ts";

/** Any one of a transaction's changes tells whether it was committed. */
export function commitEvidence(
  context: SqlContext,
  model: StoredModel,
  token: string | undefined,
  change: KeyChange | undefined,
): CommitEvidence | undefined {
  if (token === undefined || change === undefined) return undefined;
  return {
    token,
    witness: change.kind === "put" ? recordWitness(context, model, change) : tombstoneWitness(context, change),
  };
}

function recordWitness(
  context: SqlContext,
  model: StoredModel,
  change: Extract<KeyChange, { kind: "put" }>,
): Statement {
  const table = model.table(change.record.type);
  const { updated } = change.record;
  return witness(context, { from: table.name, keyed: table, stamp: "_updated" }, { ...change.record, at: updated });
}

function tombstoneWitness(context: SqlContext, { tombstone }: Extract<KeyChange, { kind: "bury" }>): Statement {
  const { deleted } = tombstone;
  return witness(
    context,
    { from: tombstonesTable, keyed: sharedTable, stamp: "_deleted" },
    { ...tombstone, at: deleted },
  );
}

function witness(
  { builder, templates }: SqlContext,
  { from, keyed, stamp }: { readonly from: string; readonly keyed: Table; readonly stamp: string },
  key: {
    readonly tenant: string;
    readonly type: string;
    readonly id: string;
    readonly version: number;
    readonly at: number;
  },
): Statement {
  const template = templates.get(keyed, `witness ${from}`, () =>
    builder
      .selectFrom(from)
      .select(sql.lit(1).as("present"))
      .where(ownRows(keyed, slot(0), slot(1)))
      .where(idColumn.name, "=", slot(2))
      .where("_version", "=", slot(3))
      .where(stamp, "=", slot(4))
      .compile(),
  );
  return template.bind([key.tenant, key.type, encodeColumnText(key.id), key.version, key.at]);
}
