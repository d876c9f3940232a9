import { shownUrl } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { readStore, requireType, type ReadArguments } from "../read-store.ts";
import { tableText } from "../table-text.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Examples:
  $ holdfast count sqlite:./data/app.db
  $ holdfast count sqlite:./data/app.db Job`;

export function addCountCommand(program: Command, context: CommandContext): void {
  program
    .command("count")
    .summary("counts the records of a store, of one type or of each")
    .description("Counts the records of a tenant: those of one type, or of each type.")
    .argument("<url>", "the store, which is only read")
    .argument("[type]", "the type to count")
    .option("--tenant <name>", "the tenant to look at (default: default)")
    .option("--json", "print the counts, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, type: string | undefined, given: ReadArguments) => runCount({ url, type }, given, context));
}

interface Counted {
  readonly url: string;
  readonly type: string | undefined;
}

async function runCount(
  { url, type }: Counted,
  { tenant, json }: ReadArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const counts = await readStore(url, { tenant, signal }, (store) => counted(store, type));
  const [only] = counts;
  const lines =
    type === undefined
      ? tableText(
          counts.map((each) => [each.type, String(each.records)]),
          [1],
        )
      : [String(only?.records ?? 0)];
  if (json === true) writeJson(console.out, { store: shownUrl(url), counts });
  else writeLines(console.out, lines);
}

interface TypeCount {
  readonly type: string;
  readonly records: number;
}

async function counted(store: Store, type: string | undefined): Promise<readonly TypeCount[]> {
  if (type !== undefined) {
    await requireType(store, type);
    return [{ type, records: await store.count(type) }];
  }
  const { types } = await store.stats();
  const own = types.filter(({ tenant, records }) => tenant === store.tenantName && records > 0);
  return own.map((each) => ({ type: each.type, records: each.records }));
}
