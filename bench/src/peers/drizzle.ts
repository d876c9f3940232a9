import { join } from "node:path";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { PageRequest, Place, Subject } from "../subject.ts";
import { loadPeer } from "./load-peer.ts";
import { peerTables } from "./peer-tables.ts";
import { required } from "./required.ts";

interface Row {
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly parentId: string;
  readonly status: string;
  readonly body: object;
}

interface Query extends PromiseLike<readonly Row[]> {
  all(): readonly Row[];
  run(): unknown;
  from(table: Table): Query;
  where(condition: unknown): Query;
  orderBy(...orders: unknown[]): Query;
  limit(count: number): Query;
  for(lock: "update"): Query;
  values(rows: readonly Row[]): Query;
  set(values: object): Query;
  onConflictDoUpdate(what: object): Query;
}

interface Session {
  select(): Query;
  insert(table: Table): Query;
  update(table: Table): Query;
}

interface Drizzle extends Session {
  $count(table: Table): PromiseLike<number>;
}

type Table = Readonly<Record<keyof Row, unknown>>;

interface Operators {
  readonly eq: (column: unknown, value: unknown) => unknown;
  readonly lt: (column: unknown, value: unknown) => unknown;
  readonly and: (...conditions: unknown[]) => unknown;
  readonly or: (...conditions: unknown[]) => unknown;
  readonly desc: (column: unknown) => unknown;
  readonly sql: (text: TemplateStringsArray, ...values: unknown[]) => unknown;
}

interface Column {
  notNull(): Column;
  primaryKey(): Column;
}

interface Columns {
  readonly text: (name: string, options?: object) => Column;
  readonly json: (name: string) => Column;
  readonly integer: (name: string) => Column;
  readonly bigint: (name: string, options: object) => Column;
}

interface SqliteClient {
  pragma(text: string): unknown;
  exec(sql: string): void;
  close(): void;
}

interface PostgresClient {
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: "error", listener: () => void): void;
}

/** Its transactions on this driver are not asynchronous. */
interface SqliteDrizzle extends Drizzle {
  transaction<T>(work: (session: Session) => T, options: object): T;
}

interface PostgresDrizzle extends Drizzle {
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

const rowsAtOnce = 500;

export async function drizzleSqlite({ folder }: Place): Promise<Subject> {
  const { default: Client } = await loadPeer<{ readonly default: new (file: string) => SqliteClient }>(
    "better-sqlite3",
  );
  const { drizzle } = await loadPeer<{ readonly drizzle: (options: object) => SqliteDrizzle }>(
    "drizzle-orm/better-sqlite3",
  );
  const { sqliteTable, text, integer } = await loadPeer<
    Columns & { readonly sqliteTable: (name: string, columns: object) => Table }
  >("drizzle-orm/sqlite-core");
  const client = new Client(join(folder, "drizzle.db"));
  client.pragma("journal_mode = WAL");
  client.pragma("synchronous = FULL");
  for (const statement of peerTables("text")) client.exec(statement);
  const table = sqliteTable("documents", columnsOf(text, integer, text("body", { mode: "json" })));
  const database = drizzle({ client });
  const parts = await partsOf(table);
  return {
    ...queries(database, parts),
    saveMany: async (documents) =>
      database.transaction(
        (session) => {
          for (const rows of chunksOf(documents.map(parts.rowOf))) upsert(session, parts, rows).run();
        },
        { behavior: "immediate" },
      ),
    transition: async (id) =>
      database.transaction(
        (session) => {
          const [row] = session.select().from(table).where(parts.operators.eq(table.id, id)).all();
          move(session, parts, required(row, id)).run();
        },
        { behavior: "immediate" },
      ),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

export async function drizzlePostgres({ databaseUrl }: Place): Promise<Subject> {
  const { Pool } = await loadPeer<{ readonly Pool: new (options: object) => PostgresClient }>("pg");
  const { drizzle } = await loadPeer<{ readonly drizzle: (options: object) => PostgresDrizzle }>(
    "drizzle-orm/node-postgres",
  );
  const { pgTable, text, bigint, json } = await loadPeer<
    Columns & { readonly pgTable: (name: string, columns: object) => Table }
  >("drizzle-orm/pg-core");
  const client = new Pool({ connectionString: databaseUrl, max: 10 });
  client.on("error", () => undefined); // The server may stop first.
  for (const statement of peerTables("json")) await client.query(statement);
  const whole = (name: string): Column => bigint(name, { mode: "number" });
  const table = pgTable("documents", columnsOf(text, whole, json("body")));
  const database = drizzle({ client });
  const parts = await partsOf(table);
  return {
    ...queries(database, parts),
    saveMany: (documents) =>
      database.transaction(async (session) => {
        for (const rows of chunksOf(documents.map(parts.rowOf))) await upsert(session, parts, rows);
      }),
    transition: (id) =>
      database.transaction(async (session) => {
        const [row] = await session.select().from(table).where(parts.operators.eq(table.id, id)).for("update");
        await move(session, parts, required(row, id));
      }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

interface Parts {
  readonly table: Table;
  readonly operators: Operators;
  readonly rowOf: (document: BenchDocument) => Row;
  readonly now: () => number;
}

async function partsOf(table: Table): Promise<Parts> {
  let clock = Date.now() * 1000;
  const now = (): number => (clock += 1);
  const rowOf = ({ id, ...body }: BenchDocument): Row => {
    const time = now();
    const { parentId, status } = body;
    return { id, version: 1, createdAt: time, updatedAt: time, parentId, status, body };
  };
  return { table, operators: await loadPeer<Operators>("drizzle-orm"), rowOf, now };
}

function columnsOf(text: Columns["text"], whole: (name: string) => Column, body: Column): object {
  return {
    id: text("id").primaryKey(),
    version: whole("version").notNull(),
    createdAt: whole("created_at").notNull(),
    updatedAt: whole("updated_at").notNull(),
    parentId: text("parent_id").notNull(),
    status: text("status").notNull(),
    body: body.notNull(),
  };
}

function upsert(session: Session, { table, operators: { sql } }: Parts, rows: readonly Row[]): Query {
  return session
    .insert(table)
    .values(rows)
    .onConflictDoUpdate({
      target: table.id,
      set: {
        version: sql`documents.version + 1`,
        updatedAt: sql`excluded.updated_at`,
        parentId: sql`excluded.parent_id`,
        status: sql`excluded.status`,
        body: sql`excluded.body`,
      },
    });
}

function move(session: Session, { table, operators, now }: Parts, row: Row): Query {
  const status = nextStatus(row.status);
  const values = { version: row.version + 1, updatedAt: now(), status, body: { ...row.body, status } };
  return session.update(table).set(values).where(operators.eq(table.id, row.id));
}

function queries(
  database: Drizzle,
  parts: Parts,
): Pick<Subject, "save" | "get" | "children" | "page" | "turns" | "count"> {
  const { table, operators, rowOf } = parts;
  const { eq } = operators;
  const one = async (id: string): Promise<Row | undefined> =>
    (await database.select().from(table).where(eq(table.id, id)))[0];
  return {
    save: async (document) => void (await upsert(database, parts, [rowOf(document)])),
    get: one,
    children: async (parentId) => database.select().from(table).where(eq(table.parentId, parentId)),
    async page(request) {
      const documents = await pageOf(database, parts, request);
      const last = documents.at(-1);
      return { documents, next: last && `${last.updatedAt} ${last.id}` };
    },
    turns: async (id) => required(await one(id), id).version - 1,
    count: async () => database.$count(table),
  };
}

/** In the form that its guide shows. */
function pageOf(database: Drizzle, { table, operators }: Parts, request: PageRequest): PromiseLike<readonly Row[]> {
  const { and, desc, eq, lt, or } = operators;
  const [updated, id] = request.after?.split(" ") ?? [];
  const behind =
    updated === undefined
      ? undefined
      : or(lt(table.updatedAt, Number(updated)), and(eq(table.updatedAt, Number(updated)), lt(table.id, id)));
  return database
    .select()
    .from(table)
    .where(and(eq(table.status, request.status), behind))
    .orderBy(desc(table.updatedAt), desc(table.id))
    .limit(request.limit);
}

function* chunksOf(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}
