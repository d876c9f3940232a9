import { mkdir } from "node:fs/promises";
import path from "node:path";

import { compileShim, makeTools, shimMissing } from "@holdfast-system/kills";
import { startPostgres, type PostgresServer } from "@holdfast-tooling/pg-test";

import type { MoveTools } from "../src/run-move.ts";

/** Why no process is killed here; undefined where some are. */
export const missing = await shimMissing();
if (missing !== undefined) console.warn(`no process is killed: ${missing}`);

/** Stores of all kinds: files stand in folders of their own, and a server that syncs has a schema for each. */
export interface Places extends MoveTools, AsyncDisposable {
  /** Started when it is first asked for. */
  server(): Promise<PostgresServer>;
  /** Where there is none yet. */
  freshUrl(scheme: Scheme): Promise<string>;
  /** A folder of its own. */
  freshFolder(): Promise<string>;
}

export type Scheme = "json" | "sqlite" | "postgres";

export async function makePlaces(): Promise<Places> {
  const tools = await makeTools([path.join(import.meta.dirname, "programs/move.ts")]);
  const shim = await compileShim(tools.folder);
  let started: Promise<PostgresServer> | undefined;
  const server = (): Promise<PostgresServer> => (started ??= startPostgres({ fsync: true }));
  let places = 0;
  const freshFolder = async (): Promise<string> => {
    const folder = path.join(tools.folder, `place-${String(places++).padStart(5, "0")}`);
    await mkdir(folder);
    return folder;
  };
  return {
    server,
    tools,
    shim,
    freshFolder,
    freshUrl: async (scheme) =>
      scheme === "postgres"
        ? `${(await server()).url}&schema=place_${places++}`
        : `${scheme}:${await freshFolder()}/data`,
    async [Symbol.asyncDispose]() {
      await tools[Symbol.asyncDispose]();
      await (await started)?.stop();
    },
  };
}

/** What a store's calls that change it are seen by: those on its files, or those on the socket to its server. */
export function pathsOf(url: string): string {
  return url.startsWith("postgres:") ? "socket:*" : `${path.dirname(url.slice(url.indexOf(":") + 1))}*`;
}
