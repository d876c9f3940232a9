import { openStore } from "@holdfast/connect";
import { storeHash } from "@holdfast/migrate";
import { workflowModel } from "@holdfast/repositories";

import { importFile } from "./import-file.ts";
import { copyStage, runStage, workStage, type StageResult } from "./stages.ts";
import { table } from "./table.ts";

export interface DemoUrls {
  readonly json: string;
  readonly sqlite: string;
  readonly postgres: string;
}

/** The whole story, told line by line; whether all three stores hold the same in the end. */
export async function runDemo(sample: URL, urls: DemoUrls, say: (text: string) => void): Promise<boolean> {
  const { json, sqlite, postgres } = urls;
  say("An agent's work starts in a JSON file and ends in Postgres. The code stays; only the URL changes.\n");
  const results: StageResult[] = [];
  const done = (result: StageResult): void => {
    results.push(result);
    say(`${result.stage}: ${result.url} (${result.milliseconds} ms)`);
  };
  done(
    await runStage("read the file", json, async (store) => {
      for (const line of await importFile(sample, store)) say(line);
      return 0;
    }),
  );
  done(await workStage(json));
  done(await copyStage(json, sqlite));
  done(await workStage(sqlite));
  done(await copyStage(sqlite, postgres));
  done(await workStage(postgres));
  done(await copyStage(postgres, sqlite));
  done(await copyStage(postgres, json));
  say(`\n${resultTable(results)}\n`);
  const hashes = await Promise.all([json, sqlite, postgres].map(hashOf));
  return new Set(hashes).size === 1;
}

async function hashOf(url: string): Promise<string> {
  await using store = await openStore(url, { model: workflowModel });
  return await storeHash(store);
}

function resultTable(results: readonly StageResult[]): string {
  const head = ["stage", "store", "jobs", "cases", "steps", "transitions", "ms", "hash"];
  const rows = results.map((result) => {
    const { stage, url, jobs, cases, steps, transitions, milliseconds, hash } = result;
    return [stage, url, jobs, cases, steps, transitions, milliseconds, hash.slice(0, 16)];
  });
  return table(head, rows);
}
