import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const where = "packages/store-sql/src/where.ts";
const counted = "packages/store-sql/src/counted-write-statement.ts";

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
    name: "lone-put-over-a-tombstone",
    breaks: "a record that is created again goes on from its tombstone's version",
    file: counted,
    find: " and not exists (${buried})",
    replace: "",
    finder: theme("sqlite", "records and versions", "goes on from the tombstone's version"),
  },
  {
    name: "lone-put-into-a-moved-store",
    breaks: "a store that was moved takes no writes",
    file: counted,
    find: " and store.move is null",
    replace: "",
    finder: own("@holdfast/store-sqlite", "upgrades", "once the store was moved"),
  },
  {
    name: "lone-put-by-an-old-model",
    breaks: "what a program writes that knows an older model has the columns of the newest",
    file: counted,
    find: "where store.epoch = ${slot(at.epoch)} and store.move",
    replace: "where store.move",
    finder: own("@holdfast/store-sqlite", "upgrades", "an older one fills the columns"),
  },
  {
    name: "lone-put-stamped-by-its-own-clock",
    breaks: "times rise through the whole store, though the clock goes back",
    file: counted,
    find: "max(${wholeNumber(write, at.stamp)}, ${stamp} + 1)",
    replace: "max(${wholeNumber(write, at.stamp)}, ${stamp} * 0)",
    finder: theme("sqlite", "stamps", "though the clock goes back"),
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
