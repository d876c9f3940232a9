import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const project = "@holdfast/store-postgres";
const connection = "packages/store-postgres/src/postgres-connection.ts";

export const postgresMutants: readonly Mutant[] = [
  {
    name: "writes-on-snapshots",
    breaks: "every transaction is serializable",
    file: connection,
    find: '  write: "begin isolation level serializable read write not deferrable",',
    replace: '  write: "begin isolation level repeatable read read write",',
    finder: theme("postgres", "isolation: what only serializable transactions prevent", "G2-item"),
  },
  {
    name: "begin-of-the-server",
    breaks: "a transaction is serializable where the connection's own default did not come through, too",
    file: connection,
    find: '  write: "begin isolation level serializable read write not deferrable",',
    replace: '  write: "begin read write",',
    finder: own(project, "server", "of every transaction is serializable"),
  },
  {
    name: "reads-at-read-committed",
    breaks: "a single read is serializable where the connection's own default did not come through, too",
    file: "packages/store-postgres/src/connections.ts",
    find: "      if (keepsSettings) return connection.execute(statements);",
    replace: "      if (keepsSettings !== undefined) return connection.execute(statements);",
    finder: own(project, "server", "of a single read is serializable"),
  },
  {
    name: "commit-tag-dropped",
    breaks: "an acknowledged transaction is a committed one",
    file: connection,
    find: 'last?.status !== "fulfilled" || last.value.command !== "COMMIT"',
    replace: 'last?.status !== "fulfilled"',
    finder: own(project, "server", "answers with a rollback"),
  },
  {
    name: "feed-without-horizon",
    breaks: "nothing that committed is skipped, however late",
    file: "packages/store-postgres/src/transaction-feed.ts",
    find: "pg_visible_in_snapshot(${change}, ${mark}::pg_snapshot)",
    replace: "(${change} < pg_snapshot_xmax(${mark}::pg_snapshot))",
    finder: own(project, "changes", "began first and commits last"),
  },
  {
    name: "commit-judged-by-another-history",
    breaks: "a server that took over does not say what became of a commit on the one before",
    file: "packages/store-postgres/src/resolve-commit.ts",
    find: " || found.timeline !== known.timeline) return",
    replace: ") return",
    finder: own(project, "resolve-commit", "other history"),
  },
  {
    name: "commit-judged-by-its-number",
    breaks: "a transaction's number, which a crash may give anew, is no proof of a commit",
    file: "packages/store-postgres/src/resolve-commit.ts",
    find: 'rowCount > 0 ? "committed" : "unknown"',
    replace: 'rowCount >= 0 ? "committed" : "unknown"',
    finder: own(project, "resolve-commit", "may have been given anew"),
  },
  {
    name: "doubtful-commit-is-undone",
    breaks: "a commit whose connection was lost is acknowledged where it stands",
    file: connection,
    find: "    if (evidence !== undefined) return this.#resolve(evidence, cause);",
    replace: "    if (evidence !== undefined && cause === undefined) return this.#resolve(evidence, cause);",
    finder: own(project, "lost-connections", "which the server did, is acknowledged all the same"),
  },
  {
    name: "commit-on-its-way-is-forgotten",
    breaks: "a transaction that waits for a commit that will never come is ended",
    file: "packages/store-postgres/src/resolve-commit.ts",
    find: "and wait_event = 'ClientRead'`;",
    replace: "and wait_event = 'Nothing'`;",
    finder: own(project, "resolve-commit", "ends one that waits for a commit"),
  },
  {
    name: "any-path",
    breaks: "only Postgres's own functions and operators are called, whatever others have made",
    file: "packages/store-postgres/src/session-settings.ts",
    find: '    ["search_path", "pg_catalog,pg_temp"],',
    replace: "",
    finder: own(project, "hostile-schema", "are never called"),
  },
  {
    name: "plain-to-anybody",
    breaks: "off this machine a connection is encrypted and the certificate checked",
    file: "packages/store-postgres/src/transport-security.ts",
    find: '(isNear(base, parameters) ? undefined : "verify-full")',
    replace: '(isNear(base, parameters) ? undefined : "disable")',
    finder: own(project, "refusals", "only this machine is trusted without"),
  },
  {
    name: "anybody-is-a-server",
    breaks: "what listens on the port and is no Postgres is known by its first words",
    file: "packages/store-postgres/src/guarded-client.ts",
    find: '  throw new HoldfastError("what answers is not a Postgres server"',
    replace: '  if (length === -1) throw new HoldfastError("what answers is not a Postgres server"',
    finder: own(project, "strange-servers", "and is a web server"),
  },
];
