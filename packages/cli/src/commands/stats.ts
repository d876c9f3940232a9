import { openStore, shownUrl } from "@holdfast/connect";
import { timestampText, type Store, type StoreStats } from "@holdfast/core";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { checkTenant } from "../read-store.ts";
import { tableText } from "../table-text.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Tombstones are what stays of deleted records, so that their versions are never used again. A hold keeps them for a follower.

Examples:
  $ holdfast stats postgres://me@localhost/app
  $ holdfast stats json:./data/entities.json --json`;

interface StatsArguments {
  readonly tenant?: string;
  readonly json?: true;
}

export function addStatsCommand(program: Command, context: CommandContext): void {
  program
    .command("stats")
    .summary("says what a store holds, and what it guarantees")
    .description("Says what a store holds, by tenant and type, and what it guarantees.")
    .argument("<url>", "the store, which is only read")
    .option("--tenant <name>", "only this tenant (default: all)")
    .option("--json", "print the figures, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, given: StatsArguments) => runStats(url, given, context));
}

async function runStats(url: string, given: StatsArguments, { console, signal }: CommandContext): Promise<void> {
  await using store = await openStore(url, { access: "read", signal });
  checkTenant(store, given.tenant);
  const stats = ofTenant(await store.within({ signal }).stats(), given.tenant);
  const { backend, guarantees } = store;
  if (given.json === true) writeJson(console.out, { store: shownUrl(url), backend, guarantees, ...stats });
  else writeLines(console.out, statsText(store, stats));
}

function ofTenant(stats: StoreStats, tenant: string | undefined): StoreStats {
  if (tenant === undefined) return stats;
  const types = stats.types.filter((each) => each.tenant === tenant);
  return {
    records: types.reduce((sum, { records }) => sum + records, 0),
    tombstones: types.reduce((sum, { tombstones }) => sum + tombstones, 0),
    types,
    holds: stats.holds.filter((each) => each.tenant === tenant),
  };
}

function statsText(
  { backend, guarantees }: Pick<Store, "backend" | "guarantees">,
  stats: StoreStats,
): readonly string[] {
  const { records, tombstones, types, holds } = stats;
  const rows = types.map((each) => [each.tenant, each.type, String(each.records), String(each.tombstones)]);
  return [
    `${backend}: ${guarantees.isolation}, writers: ${guarantees.writers}, durability: ${guarantees.durability}`,
    ...tableText(
      [["tenant", "type", "records", "tombstones"], ...rows, ["", "all", String(records), String(tombstones)]],
      [2, 3],
    ),
    ...tableText(holds.map(({ tenant, name, expires }) => ["hold", tenant, name, `until ${timestampText(expires)}`])),
  ];
}
