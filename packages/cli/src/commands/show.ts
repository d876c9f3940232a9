import { shownUrl } from "@holdfast/connect";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { noRecord, readStore, requireType, shownRecord, type ReadArguments, type RecordPlace } from "../read-store.ts";
import { writeJson } from "../write-lines.ts";

const help = `
What fields call a secret (apiKey, password, token, the values of agentParameters) is shown with --secrets only.

Exit codes: 0 the record is there, 3 there is none of that type and id.

Examples:
  $ holdfast show sqlite:./data/app.db Job job-1
  $ holdfast show postgres://me@localhost/app Case case-7 --tenant acme --json`;

export function addShowCommand(program: Command, context: CommandContext): void {
  program
    .command("show")
    .summary("shows one record of a store")
    .description("Shows one record with its version and times.")
    .argument("<url>", "the store, which is only read")
    .argument("<type>", "the record's type")
    .argument("<id>", "the record's id")
    .option("--tenant <name>", "the tenant to look at (default: default)")
    .option("--secrets", "show what fields call a secret, too")
    .option("--json", "print the record, or the error, as JSON with the store's URL")
    .addHelpText("after", help)
    .action((url: string, type: string, id: string, given: ReadArguments) =>
      runShow({ url, type, id }, given, context),
    );
}

async function runShow(
  { url, type, id }: RecordPlace,
  given: ReadArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const record = await readStore(url, { tenant: given.tenant, signal }, async (store) => {
    await requireType(store, type);
    const [found] = await store.get(type, [id]);
    if (found !== undefined) return found;
    throw noRecord(store, { url, type, id });
  });
  const shown = shownRecord(record, given);
  writeJson(console.out, given.json === true ? { store: shownUrl(url), record: shown } : shown);
}
