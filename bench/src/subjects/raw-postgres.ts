import { Pool } from "pg";
import type { PoolClient } from "pg";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { PageRequest, Place, Subject } from "../subject.ts";
import { entityName } from "./bench-model.ts";
import { documentsFrom } from "./documents-from.ts";
import { writeLines } from "./written-file.ts";
import { copyIn, copyLine } from "./copy-in.ts";
import { makeOwnSchema } from "./own-schema.ts";
import { parseBody, replacedColumns, rowOf, stampMaker, tenant, valuesOf } from "./row.ts";

const connectionsMost = 10;
const rowsOfChunk = 100;
/** The transaction that writes says when, as it does in ours. */
const change = "pg_current_xact_id()";

interface Row {
  readonly _id: string;
  readonly _version: string;
  readonly _updated: string;
  readonly _body: string;
}

/** Named prepared statements over tables of ours, on a pool of ten, each call a serializable transaction of its own. */
export async function rawPostgres({ databaseUrl, entity }: Place): Promise<Subject> {
  await makeOwnSchema(databaseUrl, entity);
  const pool = new Pool({
    connectionString: databaseUrl,
    max: connectionsMost,
    options: "-c default_transaction_isolation=serializable",
  });
  pool.on("error", () => undefined); // The server may stop first.
  const { rows } = await pool.query<{ name: string }>({
    text: "select column_name as name from information_schema.columns where table_name = $1 order by ordinal_position",
    values: [entityName],
  });
  const columns = rows.map(({ name }) => name);
  return {
    ...writes(pool, columns),
    ...reads(pool),
    async archive(into) {
      const all = await pool.query<Row>(selectRow);
      await writeLines(
        into,
        all.rows.map((row) => JSON.stringify(documentOf(row))),
      );
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

function writes(
  pool: Pool,
  columns: readonly string[],
): Pick<Subject, "save" | "saveMany" | "takeOver" | "transition"> {
  const given = columns.filter((column) => column !== "_change");
  const list = given.map((column) => `"${column}"`).join(", ");
  const upsert = (source: string): string => `insert into "${entityName}" as kept (${list}, _change) ${source}
    on conflict (_tenant, _id) do update set ${replaced(columns)}`;
  const save = upsert(`values (${given.map((_, at) => `$${at + 1}`).join(", ")}, ${change})`);
  const merge = upsert(`select ${list}, ${change} from incoming`);
  // Once for each connection: a table made anew each time costs more than a small batch.
  const incoming = `create temporary table if not exists incoming on commit delete rows
    as select ${list} from "${entityName}" with no data`;
  const stamp = stampMaker();
  const valuesFor = (document: BenchDocument) => valuesOf(rowOf(document, stamp()), given);
  return {
    async save(document) {
      await pool.query({ name: "save", text: save, values: [...valuesFor(document)] });
    },
    saveMany: (documents) =>
      inTransaction(pool, async (client) => {
        await client.query(incoming);
        await copyIn(client, `copy incoming (${list}) from stdin`, chunksOf(documents, valuesFor));
        await client.query(merge);
      }),
    async takeOver(from) {
      const documents = await documentsFrom(from);
      return () =>
        inTransaction(pool, async (client) => {
          const [row] = (await client.query<{ readonly token: string }>(`select ${change}::text as token`)).rows;
          const valuesWithToken = (document: BenchDocument) => [...valuesFor(document), row?.token ?? ""];
          const chunks = chunksOf(documents, valuesWithToken);
          await copyIn(client, `copy "${entityName}" (${list}, _change) from stdin`, chunks);
        });
    },
    transition: (id) =>
      inTransaction(pool, async (client) => {
        const text = `${selectRow} where _tenant = '${tenant}' and _id = $1 for update`;
        const { rows } = await client.query<Row>({ name: "lock", text, values: [id] });
        const [row] = rows;
        if (row === undefined) throw new Error(`there is no ${id}`);
        const body = parseBody(row._body);
        const status = nextStatus(body.status);
        await client.query({
          name: "move",
          text: `update "${entityName}" set _version = _version + 1, _updated = $2, _change = ${change}, _body = $3,
            status = $4 where _tenant = '${tenant}' and _id = $1`,
          values: [id, stamp(), JSON.stringify({ ...body, status }), status],
        });
      }),
  };
}

function replaced(columns: readonly string[]): string {
  return replacedColumns(columns)
    .map((name) => (name === "_version" ? "_version = kept._version + 1" : `"${name}" = excluded."${name}"`))
    .join(", ");
}

function reads(pool: Pool): Pick<Subject, "get" | "children" | "page" | "turns" | "count"> {
  const select = async (name: string, rest: string, values: unknown[]): Promise<readonly Row[]> => {
    const text = `${selectRow} where _tenant = '${tenant}' and ${rest}`;
    return (await pool.query<Row>({ name, text, values })).rows;
  };
  const one = async (id: string): Promise<Row | undefined> => (await select("get", "_id = $1", [id]))[0];
  const newestFirst = "order by _updated desc, _id desc limit $2";
  const rowsOf = ({ status, limit, after }: PageRequest): Promise<readonly Row[]> => {
    if (after === undefined) return select("first", `status = $1 ${newestFirst}`, [status, limit]);
    const behind = `status = $1 and (_updated, _id) < ($3, $4) ${newestFirst}`;
    return select("later", behind, [status, limit, ...after.split(" ")]);
  };
  return {
    async get(id) {
      const row = await one(id);
      return row && documentOf(row);
    },
    children: async (parentId) => {
      return (await select("children", '"parentId" = $1 order by _id limit 100', [parentId])).map(documentOf);
    },
    async page(request) {
      const found = await rowsOf(request);
      const last = found.at(-1);
      return { documents: found.map(documentOf), next: last && `${last._updated} ${last._id}` };
    },
    turns: async (id) => Number((await one(id))?._version ?? 1) - 1,
    async count() {
      const { rows } = await pool.query<{ count: string }>(`select count(*) from "${entityName}"`);
      return Number(rows[0]?.count);
    },
  };
}

/** Runs again what the server could not serialize. */
async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    for (;;) {
      try {
        await client.query("begin");
        await work(client);
        await client.query("commit");
        return;
      } catch (error) {
        await client.query("rollback");
        if (!(error instanceof Error && "code" in error && error.code === "40001")) throw error;
      }
    }
  } finally {
    client.release();
  }
}

const selectRow = `select _id, _version, _document_version, _created, _updated, _body::text as _body from "${entityName}"`;

function documentOf({ _id, _version, _body }: Row): object {
  return { ...parseBody(_body), id: _id, version: Number(_version) };
}

function* chunksOf(
  documents: readonly BenchDocument[],
  valuesFor: (document: BenchDocument) => readonly (string | number)[],
): Generator<string> {
  for (let at = 0; at < documents.length; at += rowsOfChunk) {
    const chunk = documents.slice(at, at + rowsOfChunk);
    yield chunk.map((document) => copyLine(valuesFor(document))).join("");
  }
}
