import { openStore, shownUrl } from "@holdfast/connect";
import type { CheckProblem, CheckReport } from "@holdfast/core";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { printable, printableJson } from "../printable.ts";

const help = `
Every record of every tenant is read: that it is whole, that what it refers to is there, and that lists of children agree
with what their children say. Nothing is changed.

Exit codes: 0 nothing was found, 7 something was.

Examples:
  $ holdfast check sqlite:./data/app.db
  $ holdfast check postgres://me@localhost/app --json`;

interface CheckArguments {
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
  const report = ofTenant(await store.within({ signal }).check(), given.tenant);
  const text = given.json === true ? printableJson({ store: shownUrl(url), ...report }) : checkText(report).join("\n");
  console.out.write(`${text}\n`);
  if (!report.ok) exitWith(exitCodes.data);
}

function ofTenant({ problems }: CheckReport, tenant: string | undefined): CheckReport {
  const own = problems.filter((each) => tenant === undefined || each.tenant === undefined || each.tenant === tenant);
  return { ok: own.length === 0, problems: own };
}

function checkText({ ok, problems }: CheckReport): readonly string[] {
  if (ok) return ["nothing was found"];
  return [`${problems.length} problems:`, ...problems.map((problem) => `  ${printable(problemText(problem))}`)];
}

function problemText({ kind, message, type, id, tenant }: CheckProblem): string {
  const place =
    type === undefined || id === undefined ? "" : ` (${type} ${JSON.stringify(id)}, tenant ${tenant ?? "default"})`;
  return `${kind}: ${message}${place}`;
}
