import { join } from "node:path";
import Database from "better-sqlite3";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import { documentsFrom } from "./documents-from.ts";
import type { PageRequest, Place, Subject } from "../subject.ts";
import { entityName } from "./bench-model.ts";
import { makeOwnSchema } from "./own-schema.ts";
import { writeLines } from "./written-file.ts";
import { parseBody, replacedColumns, rowOf, stampMaker, tenant, valuesOf } from "./row.ts";

interface Row {
  readonly _id: string;
  readonly _version: number;
  readonly _updated: number;
  readonly _body: string;
}

/** Those of our writer that cost or save something. */
const settings = [
  "foreign_keys = 1",
  "wal_autocheckpoint = 4000",
  `journal_size_limit = ${64 * 2 ** 20}`,
  "cache_size = -16000",
  "cell_size_check = 1",
];

/** Prepared statements on better-sqlite3 over tables of ours, each call a transaction of its own. */
export async function rawSqlite(synchronous: "FULL" | "NORMAL", { folder, entity }: Place): Promise<Subject> {
  const file = join(folder, "raw.db");
  await makeOwnSchema(`sqlite:${file}`, entity);
  const database = new Database(file);
  for (const setting of [`synchronous = ${synchronous}`, ...settings]) database.pragma(setting);
  return {
    ...writes(database),
    ...reads(database),
    archive: (into) => writeLines(into, textsOf(database)),
    [Symbol.asyncDispose]: async () => closed(database),
  };
}

function writes(database: Database.Database): Pick<Subject, "save" | "saveMany" | "takeOver" | "transition" | "turns"> {
  const columns = database.pragma(`table_info("${entityName}")`) as { readonly name: string }[];
  const names = columns.map(({ name }) => name);
  const replaced = replacedColumns(names).map((name) =>
    name === "_version" ? "_version = _version + 1" : `"${name}" = excluded."${name}"`,
  );
  const upsert = database.prepare(`insert into "${entityName}" values (${names.map(() => "?").join(", ")})
    on conflict (_tenant, _id) do update set ${replaced.join(", ")}`);
  const read = database.prepare<[string], Row>(`${selectRow} where _tenant = '${tenant}' and _id = ?`);
  const update = database.prepare(`update "${entityName}" set _version = _version + 1, _updated = ?, _change = ?,
    _body = ?, status = ? where _tenant = '${tenant}' and _id = ?`);
  const stamp = stampMaker();
  const move = database.transaction((id: string) => {
    const row = read.get(id);
    if (row === undefined) throw new Error(`there is no ${id}`);
    const body = parseBody(row._body);
    const status = nextStatus(body.status);
    const now = stamp();
    update.run(now, now, JSON.stringify({ ...body, status }), status, id);
  });
  const saveMany = database.transaction((documents: Iterable<BenchDocument>) => {
    for (const document of documents) upsert.run(valuesOf(rowOf(document, stamp()), names));
  });
  return {
    save: async (document) => void upsert.run(valuesOf(rowOf(document, stamp()), names)),
    saveMany: async (documents) => saveMany(documents),
    async takeOver(from) {
      const documents = await documentsFrom(from);
      return async () => saveMany(documents);
    },
    transition: async (id) => move.immediate(id),
    turns: async (id) => (read.get(id)?._version ?? 1) - 1,
  };
}

function reads(database: Database.Database): Pick<Subject, "get" | "children" | "page" | "count"> {
  const one = database.prepare<[string], Row>(`${selectRow} where _tenant = '${tenant}' and _id = ?`);
  const children = database.prepare<[string], Row>(
    `${selectRow} where _tenant = '${tenant}' and "parentId" = ? order by _id limit 100`,
  );
  const ofStatus = `${selectRow} where _tenant = '${tenant}' and status = ?`;
  const newestFirst = "order by _updated desc, _id desc limit ?";
  const first = database.prepare<[string, number], Row>(`${ofStatus} ${newestFirst}`);
  const later = database.prepare<[string, number, string, number], Row>(
    `${ofStatus} and (_updated, _id) < (?, ?) ${newestFirst}`,
  );
  const rows = ({ status, limit, after }: PageRequest): Row[] => {
    const [updated = "", id = ""] = after?.split(" ") ?? [];
    return after === undefined ? first.all(status, limit) : later.all(status, Number(updated), id, limit);
  };
  return {
    async get(id) {
      const row = one.get(id);
      return row && documentOf(row);
    },
    children: async (parentId) => children.all(parentId).map(documentOf),
    async page(request) {
      const found = rows(request);
      const last = found.at(-1);
      return { documents: found.map(documentOf), next: last && `${last._updated} ${last._id}` };
    },
    count: async () => Number(database.prepare(`select count(*) from "${entityName}"`).pluck().get()),
  };
}

const selectRow = `select _id, _version, _document_version, _created, _updated, _body from "${entityName}"`;

function documentOf({ _id, _version, _body }: Row): object {
  return { ...parseBody(_body), id: _id, version: _version };
}

function* textsOf(database: Database.Database): Generator<string> {
  for (const row of database.prepare<[], Row>(selectRow).iterate()) yield JSON.stringify(documentOf(row));
}

function closed(database: Database.Database): void {
  database.close();
}
