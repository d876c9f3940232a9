import { planLayout, pruneLayout, shownUrl } from "@holdfast/connect";
import { HoldfastError, type LayoutPruning } from "@holdfast/core";
import { Option, type Command } from "commander";

import { confirmed, notConfirmed } from "../confirmed.ts";
import type { CommandContext } from "../console.ts";
import { planText, pruningText } from "../layout-text.ts";
import { loadModel } from "../load-model.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
An application changes its tables itself, when it opens the store with a model that declares more. Where its role may not,
an administrator runs what --print shows, or opens the store once. Where records have to be brought over, the application
does that afterwards; then --print shows what is left, until nothing is.

Examples:
  $ holdfast layout postgres://app@localhost/app --model ./model.ts --print | psql postgres://admin@localhost/app
  $ holdfast layout sqlite:./data/app.db --model ./model.ts --prune`;

interface LayoutArguments {
  readonly model?: string;
  readonly print?: true;
  readonly prune?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function addLayoutCommand(program: Command, context: CommandContext): void {
  program
    .command("layout")
    .summary("shows what a model would change in a store's tables, or drops what it does not use")
    .description("Compares a store's tables with the model of an application.")
    .argument("<url>", "the store")
    .option("--model <module>", "the module that exports the application's model (default: the workflow's model)")
    .addOption(
      new Option("--print", "print the SQL that opening the store with the model would run").conflicts("prune"),
    )
    .option("--prune", "drop columns, indexes, references and empty types that the model does not declare")
    .option("--yes", "prune without asking")
    .option("--json", "print the result, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, given: LayoutArguments) => runLayout(url, given, context));
}

async function runLayout(url: string, given: LayoutArguments, context: CommandContext): Promise<void> {
  if (given.print === true) return printPlan(url, given, context);
  if (given.prune === true) return prune(url, given, context);
  throw new HoldfastError("say what to do: --print or --prune", { code: "INVALID_CONFIG" });
}

async function printPlan(url: string, given: LayoutArguments, { console, signal }: CommandContext): Promise<void> {
  const model = await loadModel(given.model);
  const statements = await planLayout(url, { model, signal });
  if (given.json === true) writeJson(console.out, { store: shownUrl(url), statements: statements ?? [] });
  else writeLines(console.out, planText(statements));
}

/** Shows what goes, asks, and only then does it. */
async function prune(url: string, given: LayoutArguments, context: CommandContext): Promise<void> {
  const { console, signal } = context;
  const model = await loadModel(given.model);
  const preview = await pruneLayout(url, { model, signal }, "preview");
  if (given.yes !== true && preview.dropped.length > 0) {
    writeLines(console.error, pruningText(preview, "preview"));
    if (!(await confirmed(context, "Drop them?")))
      throw notConfirmed("nothing was dropped; --yes drops without asking");
  }
  const done = preview.dropped.length === 0 ? preview : await pruneLayout(url, { model, signal }, "apply");
  if (given.json === true) writeJson(console.out, named(url, done));
  else writeLines(console.out, pruningText(done, "apply"));
}

function named(url: string, { dropped, kept }: LayoutPruning): object {
  return { store: shownUrl(url), dropped, kept };
}
