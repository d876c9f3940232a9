import { shownUrl } from "@holdfast/connect";
import { Transition, typeLayout, type EntityOf, type Store } from "@holdfast/core";
import { historyOf } from "@holdfast/repositories";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { noRecord, readStore, requireType, type ReadArguments, type RecordPlace } from "../read-store.ts";
import { tableText } from "../table-text.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeJson, writeLines, type Line } from "../write-lines.ts";

const help = `
Each step of a record's lifecycle: when, to which version, by which event, from which status to which, who caused it, and why.
Steps are kept by lifecycles that are declared with \`history: true\`, from then on, and outlive the record.

Exit codes: 0 the record or its history is there, 3 there is neither.

Examples:
  $ holdfast history sqlite:./data/app.db Job job-1
  $ holdfast history postgres://me@localhost/app Case case-7 --tenant acme --json`;

interface HistoryArguments extends ReadArguments {
  readonly limit?: number;
  readonly after?: string;
}

export function addHistoryCommand(program: Command, context: CommandContext): void {
  program
    .command("history")
    .summary("shows the steps of a record's lifecycle")
    .description("Shows how a record came to its status, a page at a time, the first step first.")
    .argument("<url>", "the store, which is only read")
    .argument("<type>", "the record's type")
    .argument("<id>", "the record's id")
    .option("--limit <steps>", "steps to show, from 1 to 10000 (default: 100)", wholeNumber)
    .option("--after <token>", "go on behind the page that gave this token")
    .option("--tenant <name>", "the tenant to look at (default: default)")
    .option("--json", "print the steps, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, type: string, id: string, given: HistoryArguments) =>
      runHistory({ url, type, id }, given, context),
    );
}

async function runHistory(
  place: RecordPlace,
  given: HistoryArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const { url, type, id } = place;
  const found = await readStore(url, { tenant: given.tenant, signal }, (store) => stepsOf(store, place, given));
  const { tenant, kept, version, steps, next } = found;
  if (given.json === true) {
    writeJson(console.out, { store: shownUrl(url), type, id, tenant, version, kept, steps, next });
    return;
  }
  writeLines(console.out, steps.length === 0 ? [noSteps(place, kept)] : stepLines(steps));
  if (next !== null) writeLines(console.error, [`more follow: --after ${next}`]);
}

interface Step extends Pick<EntityOf<typeof Transition>, "event" | "from" | "to" | "by" | "reason"> {
  readonly at: string;
  readonly version: number;
}

interface Found {
  readonly tenant: string;
  /** Whether a lifecycle of the store keeps a history. */
  readonly kept: boolean;
  /** The record's version; null where it was deleted. */
  readonly version: number | null;
  readonly steps: readonly Step[];
  readonly next: string | null;
}

async function stepsOf(store: Store, place: RecordPlace, { limit, after }: HistoryArguments): Promise<Found> {
  const { type, id } = place;
  await requireType(store, type);
  const [record] = await store.get(type, [id]);
  const kept = typeLayout(store.layout, Transition.name) !== undefined;
  const page = kept ? await historyOf(store, { name: type }, id, { limit, after }) : { items: [] };
  if (record === undefined && page.items.length === 0 && after === undefined) throw noRecord(store, place);
  return {
    tenant: store.tenantName,
    kept,
    version: record?.version ?? null,
    steps: page.items.map(({ createdAt, entityVersion, event, from, to, by, reason }) => {
      return { at: createdAt, version: entityVersion, event, from, to, by, reason };
    }),
    next: ("next" in page ? page.next : undefined) ?? null,
  };
}

function stepLines(steps: readonly Step[]): readonly string[] {
  const rows = steps.map(({ at, version, event, from, to, by, reason }) => {
    return [at, String(version), event, from, to, by ?? "", reason ?? ""];
  });
  return tableText([["when", "version", "event", "from", "to", "by", "reason"], ...rows], [1]);
}

function noSteps({ type, id }: RecordPlace, kept: boolean): Line {
  const which = `${type} ${JSON.stringify(id)}`;
  if (kept) return `no step of ${which} was kept: its lifecycle keeps none, or it has made none since it does`;
  return `no lifecycle of this store keeps a history, so there is none of ${which}: declare it with { history: true }`;
}
