import { openStore, shownUrl } from "@holdfast/connect";
import type { CheckProblem, Store } from "@holdfast/core";
import { schemaMisfits } from "@holdfast/migrate";
import type { Command } from "commander";

import { adviceFor, adviceLines, type FoundKind } from "../check-advice.ts";
import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadEntities } from "../load-model.ts";
import { checkTenant } from "../read-store.ts";
import { writeJson, writeLines, type Line } from "../write-lines.ts";

const help = `
Every record of every tenant is read: that it is whole, that what it refers to is there, and that lists of children agree
with what their children say; with --model, that it fits the schema of its entity. Settings that weaken what the store promises
are named too. Nothing is changed, and for each kind of problem it says what to do.

Exit codes: 0 nothing was found, 7 something was.

Examples:
  $ holdfast check sqlite:./data/app.db
  $ holdfast check postgres://me@localhost/app --model ./model.ts --json`;

interface CheckArguments {
  readonly model?: string;
  readonly tenant?: string;
  readonly json?: true;
}

export function addCheckCommand(program: Command, context: CommandContext): void {
  program
    .command("check")
    .summary("looks for damage and for references that lead nowhere")
    .description("Looks at every record of a store, and names what is damaged and what leads nowhere.")
    .argument("<url>", "the store, which is only read")
    .option("--tenant <name>", "report only what is of this tenant, or of the store as a whole (default: all)")
    .option("--model <module>", "look whether documents fit the schemas of the model that this module exports")
    .option("--json", "print the report, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, given: CheckArguments) => runCheck(url, given, context));
}

async function runCheck(
  url: string,
  given: CheckArguments,
  { console, signal, exitWith }: CommandContext,
): Promise<void> {
  await using store = await openStore(url, { access: "read", signal });
  checkTenant(store, given.tenant);
  const checked = await store.within({ signal }).check();
  const found = ofTenant([...checked.problems, ...(await misfits(store, given.model, signal))], given.tenant);
  const problems = found.map((each) => ({ ...each, advice: adviceFor(each.kind) }));
  const report = { store: shownUrl(url), ok: found.length === 0, problems };
  if (given.json === true) writeJson(console.out, report);
  else writeLines(console.out, checkText(found));
  if (!report.ok) exitWith(exitCodes.data);
}

/** What the store's own check finds, or a document that does not fit its schema. */
type Found = Omit<CheckProblem, "kind"> & { readonly kind: FoundKind };

async function misfits(store: Store, model: string | undefined, signal: AbortSignal): Promise<readonly Found[]> {
  if (model === undefined) return [];
  const found: Found[] = [];
  for await (const misfit of schemaMisfits(store, await loadEntities(model), { signal })) {
    found.push({ kind: "schema", ...misfit });
  }
  return found;
}

function ofTenant(problems: readonly Found[], tenant: string | undefined): readonly Found[] {
  return problems.filter((each) => tenant === undefined || each.tenant === undefined || each.tenant === tenant);
}

function checkText(problems: readonly Found[]): readonly Line[] {
  if (problems.length === 0) return ["nothing was found"];
  return [
    foundLine(problems),
    ...problems.map((problem) => `  ${problemText(problem)}`),
    "what to do:",
    ...adviceLines(problems.map(({ kind }) => kind)),
  ];
}

function foundLine(problems: readonly Found[]): Line {
  const text = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}:`;
  return { tone: problems.every(({ kind }) => kind === "settings") ? "warning" : "error", text };
}

function problemText({ kind, message, type, id, tenant }: Found): string {
  const place =
    type === undefined || id === undefined ? "" : ` (${type} ${JSON.stringify(id)}, tenant ${tenant ?? "default"})`;
  return `${kind}: ${message}${place}`;
}
