import { openStore, shownUrl } from "@holdfast/connect";
import { HoldfastError, type Store } from "@holdfast/core";
import { plan, type PlanReport } from "@holdfast/migrate";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadModel } from "../load-model.ts";
import { planText } from "../plan-text.ts";
import { progressOption, showProgress, type ProgressForm } from "../progress.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Nothing is written. Every document is read and encoded as the target would, by the model that the target will have: its own,
the source's, and that of --model. A target that is not there yet is taken for an empty one.

Exit codes: 0 nothing stands in the way, 7 something does, and every record is named for which a copy would fail.

Examples:
  $ holdfast plan --from json:./data/entities.json --to sqlite:./data/app.db
  $ holdfast plan --from sqlite:./data/app.db --to postgres://me@localhost/app --model ./model.ts --json`;

interface PlanArguments {
  readonly progress: ProgressForm;
  readonly from: string;
  readonly to: string;
  readonly model?: string;
  readonly batch?: number;
  readonly json?: true;
}

export function addPlanCommand(program: Command, context: CommandContext): void {
  program
    .command("plan")
    .summary("says what a copy would do and what stands in its way")
    .description("Looks at both stores and at every record, and says what a copy would do and what stands in its way.")
    .requiredOption("--from <url>", "the store to read")
    .requiredOption("--to <url>", "the store that would be written")
    .option("--model <module>", "the module that exports the model that the target will be opened with")
    .option("--batch <records>", "records to read at once, from 1 to 10000 (default: 1000)", wholeNumber)
    .addOption(progressOption())
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((given: PlanArguments) => runPlan(given, context));
}

async function runPlan(given: PlanArguments, { console, signal, exitWith }: CommandContext): Promise<void> {
  const { from, to, model, batch, json } = given;
  await using source = await openStore(from, { access: "read", signal });
  const found = await openTarget(to, signal);
  await using target = found.store;
  const progress = showProgress(console.error, "looked at", given.progress);
  let report: PlanReport;
  try {
    report = await plan(source, target, {
      ...(model === undefined ? {} : { model: await loadModel(model) }),
      ...(batch === undefined ? {} : { batch }),
      onProgress: ({ looked, total }) => progress.update(looked, total),
      signal,
    });
  } finally {
    progress.stop();
  }
  const named = { from: shownUrl(from), to: shownUrl(to), targetMissing: found.missing ?? null, ...report };
  const head = found.missing === undefined ? [] : [`the target is not there yet; a copy makes it at ${shownUrl(to)}`];
  if (json === true) writeJson(console.out, named);
  else writeLines(console.out, [...head, ...planText(report)]);
  if (!report.ok) exitWith(exitCodes.data);
}

interface FoundTarget {
  readonly store: Store | undefined;
  /** Why there is none. */
  readonly missing: string | undefined;
}

/** To be read only. What is not there, or has no tables yet, will be made by the copy; what does not answer is an error. */
async function openTarget(url: string, signal: AbortSignal): Promise<FoundTarget> {
  try {
    return { store: await openStore(url, { access: "read", signal }), missing: undefined };
  } catch (thrown) {
    const isAway = HoldfastError.is(thrown, "STORE_UNAVAILABLE") && !thrown.retryable;
    if (!isAway && !HoldfastError.is(thrown, "LAYOUT_OUTDATED")) throw thrown;
    return { store: undefined, missing: thrown.message };
  }
}
