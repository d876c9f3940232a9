/**
 * Where stores under test keep their data, and how that is removed again. Files stand in one private folder of the
 * system's temporary one, a schema of Postgres in the database of the test server; both are made when they are first
 * asked for. Nothing here is synced or locked; a process that is killed leaves its folder behind.
 */
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { Client, escapeIdentifier } from "pg";

/** Gives fresh places out, and removes them all. */
export interface Places {
  freshUrl(): Promise<string>;
  remove(): Promise<void>;
}

/** There is nothing to make and nothing to remove. */
export function inMemory(url: string): Places {
  return { freshUrl: () => Promise.resolve(url), remove: () => Promise.resolve() };
}

/** Each place is a folder of its own, since stores may keep several files side by side. */
export function inFiles(scheme: string, fileName: string): Places {
  let root: Promise<string> | undefined;
  let made = 0;
  return {
    async freshUrl() {
      root ??= mkdtemp(path.join(tmpdir(), "holdfast-stores-"));
      const folder = path.join(await root, String(++made));
      await mkdir(folder);
      return `${scheme}:${path.join(folder, fileName)}`;
    },
    async remove() {
      if (root === undefined) return;
      await rm(await root, { recursive: true, force: true, maxRetries: 5 });
      root = undefined;
    },
  };
}

/** Each place is a schema of its own in one database, which the store makes when it is opened. */
export function inSchemas(databaseUrl: () => string): Places {
  const given: string[] = [];
  return {
    async freshUrl() {
      const url = new URL(databaseUrl());
      const schema = `holdfast_test_${randomUUID().replaceAll("-", "")}`;
      url.searchParams.set("schema", schema);
      given.push(schema);
      return Promise.resolve(url.href);
    },
    async remove() {
      const schemas = given.splice(0);
      if (schemas.length > 0) await dropSchemas(databaseUrl(), schemas);
    },
  };
}

async function dropSchemas(databaseUrl: string, schemas: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => {}); // A server that stops while we leave is no failure of ours.
  await client.connect();
  try {
    for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(schema)} CASCADE`);
  } finally {
    await client.end();
  }
}
