import { readFile } from "node:fs/promises";
import Database from "better-sqlite3";
import type { BenchDocument } from "../document.ts";
import { entityName } from "./bench-model.ts";

/** All documents of a closed store of ours, read by hand: out of its file, or the rows of its table. */
export async function documentsFrom(url: string): Promise<readonly BenchDocument[]> {
  const path = url.slice(url.indexOf(":") + 1);
  return url.startsWith("sqlite:") ? tableDocuments(path) : fileDocuments(await readFile(path, "utf8"));
}

function fileDocuments(text: string): readonly BenchDocument[] {
  const { records } = JSON.parse(text) as {
    readonly records: readonly { readonly id: string; readonly body: Omit<BenchDocument, "id"> }[];
  };
  return records.map(({ id, body }) => ({ ...body, id }));
}

function tableDocuments(path: string): readonly BenchDocument[] {
  const database = new Database(path, { readonly: true });
  try {
    const rows = database.prepare<[], { readonly _id: string; readonly _body: string }>(
      `select _id, _body from "${entityName}"`,
    );
    return rows.all().map(({ _id, _body }) => ({ ...(JSON.parse(_body) as Omit<BenchDocument, "id">), id: _id }));
  } finally {
    database.close();
  }
}
