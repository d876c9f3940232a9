import { HoldfastError } from "@holdfast/core";
import type { ReferenceLayout } from "@holdfast/core";
import { sql } from "kysely";

import { columnName } from "./identifiers.ts";
import type { RunStatements } from "./model-cache.ts";
import { readId, readNumber, readText } from "./record-codec.ts";
import type { SqlContext } from "./sql-context.ts";
import type { Statement } from "./statement.ts";
import type { StoredModel } from "./stored-model.ts";
import { changeColumn, clockTable, tombstonesTable } from "./tables.ts";
import type { Table } from "./tables.ts";

export interface ReferenceParts {
  readonly context: SqlContext;
  readonly model: StoredModel;
  /** Inside the transaction. */
  readonly run: RunStatements;
  /** Outside of it. */
  readonly read: RunStatements;
  /** Those that the transaction has written to; asked for only where a reference was refused. */
  readonly tenants: () => Iterable<string>;
}

/** What a transaction wrote. */
interface Written {
  readonly since: number;
  readonly tenants: readonly string[];
}

interface Enforced {
  readonly child: Table;
  readonly parent: Table;
  readonly reference: ReferenceLayout;
}

/**
 * Does something in a transaction, and says which record holds the reference that a commit was refused for. Where writers
 * take turns the database does not say it itself, and the transaction is still open: what it wrote has numbers above
 * those that others see, so only that is looked at.
 */
export async function tellingReference<T>(parts: ReferenceParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!parts.context.dialect.keepsClock || !HoldfastError.is(thrown, "REFERENCE_VIOLATION")) throw thrown;
    if (thrown.details["type"] !== undefined) throw thrown;
    throw (await namedViolation(parts, thrown).catch(() => undefined)) ?? thrown;
  }
}

async function namedViolation(
  { context, model, run, read, tenants }: ReferenceParts,
  thrown: HoldfastError,
): Promise<HoldfastError | undefined> {
  const [seen] = await read([context.builder.selectFrom(clockTable).select("changes").compile()]);
  const of = { since: readNumber(seen?.rows[0] ?? {}, "changes"), tenants: [...tenants()] };
  for (const enforced of enforcedReferences(model)) {
    const [written] = await run([writtenStatement(context, enforced, of)]);
    const [orphaned] = written?.rows.length === 0 ? await run([orphanedStatement(context, enforced, of)]) : [written];
    const row = orphaned?.rows[0];
    if (row === undefined) continue;
    const { reference, child } = enforced;
    const { field, to } = reference;
    const details = { tenant: readText(row, "_tenant"), type: child.name, id: readId(row), field, to };
    return new HoldfastError(`"${field}" of a "${child.name}" refers to a "${to}" that is not there`, {
      code: "REFERENCE_VIOLATION",
      cause: thrown.cause,
      details: { ...thrown.details, ...details },
    });
  }
  return undefined;
}

function enforcedReferences(model: StoredModel): readonly Enforced[] {
  return model.declaredTables.flatMap((child) =>
    (child.layout?.references ?? [])
      .filter(({ onDelete }) => onDelete !== undefined)
      .map((reference) => ({ child, parent: model.table(reference.to), reference })),
  );
}

/** A record that the transaction wrote. */
function writtenStatement(context: SqlContext, enforced: Enforced, { since, tenants }: Written): Statement {
  return childrenWithoutParent(context, enforced)
    .where("child._tenant", "in", tenants)
    .where(sql<boolean>`${sql.ref(`child.${changeColumn.name}`)} > ${since}`)
    .compile();
}

/** A record whose parent the transaction deleted. */
function orphanedStatement(context: SqlContext, enforced: Enforced, { since, tenants }: Written): Statement {
  const { field, to } = enforced.reference;
  const gone = context.builder
    .selectFrom(tombstonesTable)
    .select(["_tenant", "_id"])
    .where("_tenant", "in", tenants)
    .where(sql<boolean>`${sql.ref(changeColumn.name)} > ${since} and _type = ${to}`);
  return childrenWithoutParent(context, enforced)
    .where(sql<boolean>`(child._tenant, ${sql.ref(`child.${columnName(field)}`)}) in ${gone}`)
    .compile();
}

function childrenWithoutParent({ builder }: SqlContext, { child, parent, reference }: Enforced) {
  const field = sql.ref(`child.${columnName(reference.field)}`);
  const present = builder
    .selectFrom(`${parent.name} as parent`)
    .select(sql.lit(1).as("present"))
    .where(sql<boolean>`parent._tenant = child._tenant and parent._id = ${field}`);
  return builder
    .selectFrom(`${child.name} as child`)
    .select(["child._tenant", "child._id"])
    .where(sql<boolean>`${field} is not null and not exists ${present}`)
    .limit(1);
}
