import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const where = "packages/store-sql/src/where.ts";

/** Of the statements that both SQL stores share, seen on SQLite. */
export const sqlMutants: readonly Mutant[] = [
  {
    name: "negation-of-unknown",
    breaks: "`not` is plain negation: a test of null is false before it, and true behind it",
    file: where,
    find: "sql`(${wherePredicate(dialect, condition.of)}) is not true`",
    replace: "sql`not (${wherePredicate(dialect, condition.of)})`",
    finder: theme("sqlite", "the truth table of conditions", "lt on numbers, for every pair"),
  },
  {
    name: "prefixes-without-an-end",
    breaks: "`startsWith` takes what begins so, and no more",
    file: "packages/store-sql/src/bind-condition.ts",
    find: "  if (bound === undefined) return from;",
    replace: "  if (bound !== undefined) return from;",
    finder: theme("sqlite", "the truth table of conditions", "startsWith on strings"),
  },
  {
    name: "tenants-leak",
    breaks: "a tenant sees its own records only",
    file: where,
    find: "sql<SqlBool>`${sql.ref(name)} = ${values[at]}`",
    replace:
      "at === 0 ? sql<SqlBool>`${sql.ref(name)} >= ${values[at]} or 1 = 1` : sql<SqlBool>`${sql.ref(name)} = ${values[at]}`",
    finder: theme("sqlite", "tenants", "lets no get, find, count"),
  },
  {
    name: "ties-repeated",
    breaks: "pages go on at a place among equal values: no row is skipped or given twice",
    file: "packages/store-sql/src/page-ranges.ts",
    find: "    const shared = runs.slice(0, at).flatMap((each) => each.map((step) => sameValue(step, into)));",
    replace: "    const shared: BoundCondition[] = [];",
    finder: theme("sqlite", "pages", "gives every record once"),
  },
  {
    name: "savepoint-kept-in-sql",
    breaks: "a savepoint that fails undoes what it wrote",
    file: "packages/store-sql/src/sql-writer.ts",
    find: "[command(`rollback to savepoint ${name}`), command(`release savepoint ${name}`)]",
    replace: "[command(`release savepoint ${name}`)]",
    finder: theme("sqlite", "savepoints and what dooms a transaction", "undoes a savepoint that throws"),
  },
  {
    name: "epoch-not-compared",
    breaks: "a writer whose model is behind the stored one learns it in the write itself",
    file: "packages/store-sql/src/apply.ts",
    find: "epoch.epoch === expected.epoch ? expected : await models.at(epoch.epoch, context, run)",
    replace: "expected",
    finder: own("@holdfast/store-sqlite", "upgrades", "an older one fills"),
  },
  {
    name: "moved-store-writes",
    breaks: "a store that was moved takes no more writes",
    file: "packages/store-sql/src/epoch.ts",
    find: '  if (typeof move === "string") refuseMoved(move);',
    replace: "",
    finder: own("@holdfast/store-sqlite", "upgrades", "takes no writes once the store was moved"),
  },
  {
    name: "tombstones-not-written",
    breaks: "a delete leaves a tombstone, from whose version a new record goes on",
    file: "packages/store-sql/src/round-changes.ts",
    find: "    if (buried.length > 0) yield* insertTombstones(context, buried, change);",
    replace: "",
    finder: theme("sqlite", "records and versions", "goes on from the tombstone's version"),
  },
  {
    name: "unique-in-writing-order",
    breaks: "uniqueness is judged on what a batch leaves, whatever order it is written in",
    file: "packages/store-sql/src/round-changes.ts",
    find: "[...deleted, ...moved]",
    replace: "deleted",
    finder: theme("sqlite", "unique indexes", "judges what a batch leaves"),
  },
];
