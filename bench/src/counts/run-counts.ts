import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { createDatabase } from "@holdfast-tooling/pg-test";
import { markdownTable } from "../report/markdown-table.ts";
import type { Entity, StoreName } from "../subject.ts";
import { bounds } from "./bounds.ts";
import { countNames } from "./counters.ts";
import { countOperations } from "./operations.ts";

export interface CountsRun {
  readonly stores: readonly StoreName[];
  readonly folder: string;
  /** Of a Postgres server, where it is among the stores. */
  readonly serverUrl: string;
}

/** What each operation asks of the layers below, beside the reason why it may, as Markdown. */
export async function runCounts(run: CountsRun): Promise<string> {
  const rows: string[][] = [];
  for (const store of run.stores) {
    const urls = { plain: await urlFor(store, "plain", run), lifecycle: await urlFor(store, "lifecycle", run) };
    for (const [operation, counts] of await countOperations(urls)) {
      const because = bounds[store].find((bound) => bound.operation === operation)?.because ?? "";
      rows.push([`${store}: ${operation}`, ...countNames.map((name) => counts[name].toLocaleString("en")), because]);
    }
  }
  return markdownTable(["", ...countNames, "why"], rows);
}

async function urlFor(store: StoreName, entity: Entity, { folder, serverUrl }: CountsRun): Promise<string> {
  const own = await mkdtemp(join(folder, "counts-"));
  return store === "postgres"
    ? createDatabase(serverUrl, own.slice(own.lastIndexOf("counts-")).toLowerCase())
    : `${store}:${join(own, entity)}`;
}
