import { join } from "node:path";
import Database from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import { Pool } from "pg";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { PageRequest, Place, Subject } from "../subject.ts";
import { peerTables } from "./peer-tables.ts";

interface Row {
  readonly id: string;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly parent_id: string;
  readonly status: string;
  readonly body: string;
}

interface Tables {
  readonly documents: Row;
}

const rowsAtOnce = 500;

export async function kyselySqlite({ folder }: Place): Promise<Subject> {
  const database = new Database(join(folder, "kysely.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  return queries(new Kysely<Tables>({ dialect: new SqliteDialect({ database }) }), "text");
}

export async function kyselyPostgres({ databaseUrl }: Place): Promise<Subject> {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  pool.on("error", () => undefined); // The server may stop first.
  return queries(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), "json");
}

async function queries(database: Kysely<Tables>, documentType: "text" | "json"): Promise<Subject> {
  for (const statement of peerTables(documentType)) await sql.raw(statement).execute(database);
  const select = () => database.selectFrom("documents").selectAll();
  return {
    ...writes(database, documentType === "json"),
    async get(id) {
      const row = await select().where("id", "=", id).executeTakeFirst();
      return row && documentOf(row);
    },
    children: async (parentId) => (await select().where("parent_id", "=", parentId).execute()).map(documentOf),
    async page(request) {
      const rows = await pageOf(database, request);
      const last = rows.at(-1);
      return { documents: rows.map(documentOf), next: last && `${last.updated_at} ${last.id}` };
    },
    async turns(id) {
      const { version } = await select().where("id", "=", id).executeTakeFirstOrThrow();
      return Number(version) - 1;
    },
    async count() {
      const { count } = await database
        .selectFrom("documents")
        .select((expression) => expression.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    [Symbol.asyncDispose]: () => database.destroy(),
  };
}

function writes(database: Kysely<Tables>, locks: boolean): Pick<Subject, "save" | "saveMany" | "transition"> {
  let clock = Date.now() * 1000;
  const rowOf = ({ id, ...body }: BenchDocument): Row => {
    const now = (clock += 1);
    const { parentId, status } = body;
    const times = { created_at: now, updated_at: now };
    return { id, version: 1, ...times, parent_id: parentId, status, body: JSON.stringify(body) };
  };
  const upsert = (session: Kysely<Tables>, rows: Row[]) =>
    session
      .insertInto("documents")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((expression) => ({
          version: sql<number>`documents.version + 1`,
          updated_at: expression.ref("excluded.updated_at"),
          parent_id: expression.ref("excluded.parent_id"),
          status: expression.ref("excluded.status"),
          body: expression.ref("excluded.body"),
        })),
      )
      .execute();
  return {
    save: async (document) => void (await upsert(database, [rowOf(document)])),
    saveMany: (documents) =>
      database.transaction().execute(async (session) => {
        for (let at = 0; at < documents.length; at += rowsAtOnce)
          await upsert(session, documents.slice(at, at + rowsAtOnce).map(rowOf));
      }),
    transition: (id) =>
      database.transaction().execute(async (session) => {
        const read = session.selectFrom("documents").selectAll().where("id", "=", id);
        const row = await (locks ? read.forUpdate() : read).executeTakeFirstOrThrow();
        const status = nextStatus(row.status);
        const body = JSON.stringify({ ...bodyOf(row), status });
        await session
          .updateTable("documents")
          .set({ version: sql<number>`version + 1`, updated_at: (clock += 1), status, body })
          .where("id", "=", id)
          .execute();
      }),
  };
}

/** In the form that runs on every database. */
function pageOf(database: Kysely<Tables>, { status, limit, after }: PageRequest): Promise<readonly Row[]> {
  const [updated, id = ""] = after?.split(" ") ?? [];
  const all = database.selectFrom("documents").selectAll().where("status", "=", status);
  const rest =
    updated === undefined
      ? all
      : all.where((expression) =>
          expression.or([
            expression("updated_at", "<", Number(updated)),
            expression.and([expression("updated_at", "=", Number(updated)), expression("id", "<", id)]),
          ]),
        );
  return rest.orderBy("updated_at", "desc").orderBy("id", "desc").limit(limit).execute();
}

/** Postgres's driver has parsed it already. */
function bodyOf({ body }: Pick<Row, "body">): object {
  return typeof body === "string" ? (JSON.parse(body) as object) : body;
}

function documentOf(row: Row): object {
  return { ...bodyOf(row), id: row.id, version: Number(row.version) };
}
