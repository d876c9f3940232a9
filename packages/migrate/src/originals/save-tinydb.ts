import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { fileError, type Store } from "@holdfast/core";

import { saveNewFile } from "../new-file.ts";
import { writeTinyDb, type ExportedTable, type ExportTinyDbOptions } from "./export-tinydb.ts";

/** Pieces are parts of lines: a write to the disk takes many of them. In characters, which are bytes here. */
const pieceCharacters = 256 * 1024;

/**
 * Writes a store's tenant, as `exportTinyDb` has it, to a file that is not there yet, in folders that are made where they are not, and says how many records each table
 * has. INVALID_CONFIG where something stands there, STORE_FULL where there is no room; then nothing is left behind.
 */
export async function saveTinyDb(
  store: Store,
  path: string,
  options: ExportTinyDbOptions = {},
): Promise<readonly ExportedTable[]> {
  let tables: readonly ExportedTable[] = [];
  await mkdir(dirname(resolve(path)), { recursive: true }).catch((thrown: unknown) => {
    throw fileError(thrown, path, "saved");
  });
  await saveNewFile(path, {
    fill: async (write) => {
      let pieces: string[] = [];
      let characters = 0;
      const flush = async (): Promise<void> => {
        await write(Buffer.from(pieces.join(""), "latin1"));
        [pieces, characters] = [[], 0];
      };
      const add = async (piece: string): Promise<void> => {
        pieces.push(piece);
        characters += piece.length;
        if (characters >= pieceCharacters) await flush();
      };
      tables = await writeTinyDb(store, add, options);
      await flush();
    },
    prove: async () => undefined,
  });
  return tables;
}
