import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { Client } from "pg";
import type { Owner } from "./find-binaries.ts";

const run = promisify(execFile);

/** What names a running server that can be copied. */
export interface Original {
  readonly url: string;
  readonly dataDirectory: string;
}

/**
 * Copies a running server's files by its own backup mode, and gives the files to add, by name, for a server over the copy
 * to follow the original. Best while nobody writes: a file that goes away meanwhile fails the copy.
 */
export async function copyServer(
  { url, dataDirectory }: Original,
  copy: string,
  owner: Owner,
): Promise<Readonly<Record<string, string>>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('copy', true)");
    await run("cp", ["-a", dataDirectory, copy], owner);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    for (const own of ["postmaster.pid", "postmaster.opts"]) await rm(path.join(copy, own), { force: true });
    return { backup_label: rows[0]?.labelfile ?? "", "standby.signal": "" };
  } finally {
    await client.end();
  }
}

/** By what a copy reaches its original, as a setting takes it. */
export function followingSettings({ url }: Original): Readonly<Record<string, string>> {
  const host = new URL(url).searchParams.get("host") ?? "";
  return { primary_conninfo: `host=${host} port=5432 user=postgres application_name=copy` };
}
