import { shownUrl } from "@holdfast/connect";
import { HoldfastError, isJsonObject, parseJson, timestampText, typeLayout } from "@holdfast/core";
import type { Layout, OrderBy, RecordPage, Store, StoredRecord, Where } from "@holdfast/core";
import type { Command } from "commander";

import type { CommandContext } from "../console.ts";
import { readStore, requireType, shownRecord, type ReadArguments } from "../read-store.ts";
import { tableText } from "../table-text.ts";
import { wholeNumber } from "../whole-number.ts";
import { withoutSecretValues } from "../without-secret-values.ts";
import { writeJson, writeLines } from "../write-lines.ts";

const help = `
Without --order, records stand in the order in which they were created. --where takes the conditions of a query as JSON, on
indexed fields and on id, version, createdAt and updatedAt. Bodies are shown with --json.

Examples:
  $ holdfast list sqlite:./data/app.db Job --limit 20
  $ holdfast list sqlite:./data/app.db Job --where '{"status": {"in": ["in_progress", "awaiting"]}}' --order updatedAt:desc
  $ holdfast list postgres://me@localhost/app Case --tenant acme --json`;

interface ListArguments extends ReadArguments {
  readonly where?: string;
  readonly order?: string;
  readonly limit?: number;
  readonly after?: string;
}

export function addListCommand(program: Command, context: CommandContext): void {
  program
    .command("list")
    .summary("lists the records of a type")
    .description("Lists the records of a type, a page at a time.")
    .argument("<url>", "the store, which is only read")
    .argument("<type>", "the type")
    .option("--where <json>", "the conditions that records have to meet")
    .option("--order <field>", "the field to order by, with :desc behind it for the other direction")
    .option("--limit <records>", "records to list, from 1 to 10000 (default: 100)", wholeNumber)
    .option("--after <token>", "go on behind the page that gave this token")
    .option("--tenant <name>", "the tenant to look at (default: default)")
    .option("--secrets", "show what fields call a secret, too")
    .option("--json", "print the records with their bodies, or the error, as JSON")
    .addHelpText("after", help)
    .action((url: string, type: string, given: ListArguments) => runList({ url, type }, given, context));
}

interface Listed {
  readonly url: string;
  readonly type: string;
}

async function runList(
  { url, type }: Listed,
  given: ListArguments,
  { console, signal }: CommandContext,
): Promise<void> {
  const { page, layout } = await readStore(url, { tenant: given.tenant, signal }, async (store) => ({
    page: await pageOf(store, type, given),
    layout: store.layout,
  }));
  if (given.json === true) {
    const records = page.records.map((record) => shownRecord(record, given));
    writeJson(console.out, { store: shownUrl(url), type, records, next: page.next ?? null });
    return;
  }
  const shown = given.secrets === true ? page.records : page.records.map(withoutSecretFields);
  writeLines(console.out, listLines(shown, type, layout));
  if (page.next !== undefined) writeLines(console.error, [`more follow: --after ${page.next}`]);
}

async function pageOf(store: Store, type: string, { where, order, limit, after }: ListArguments): Promise<RecordPage> {
  await requireType(store, type);
  return await store.find({
    type,
    ...(where === undefined ? {} : { where: whereOf(where) }),
    ...(order === undefined ? {} : { orderBy: [orderOf(order)] }),
    ...(limit === undefined ? {} : { limit }),
    ...(after === undefined ? {} : { after }),
  });
}

function withoutSecretFields(record: StoredRecord): StoredRecord {
  return { ...record, body: withoutSecretValues(record.body) };
}

/** The fields that a condition can be on stand as columns. */
function listLines(records: readonly StoredRecord[], type: string, layout: Layout): readonly string[] {
  const fields = typeLayout(layout, type)?.fields.map(({ name }) => name) ?? [];
  const rows = records.map(({ id, version, updated, body }) => [
    id,
    String(version),
    timestampText(updated),
    ...fields.map((field) => cellText(body, field)),
  ]);
  return tableText([["id", "version", "updated", ...fields], ...rows], [1]);
}

const charactersMost = 40;

function cellText(body: StoredRecord["body"], field: string): string {
  const held = Object.hasOwn(body, field) ? body[field] : null;
  const text = typeof held === "string" ? held : JSON.stringify(held);
  return text.length > charactersMost ? `${text.slice(0, charactersMost)}…` : text;
}

function whereOf(text: string): Where {
  const where = parseJson(text);
  if (isWhere(where)) return where;
  throw new HoldfastError('--where is an object of conditions as JSON, such as {"status": "awaiting"}', {
    code: "INVALID_QUERY",
  });
}

/** An object; whether it is one of conditions, the store says. */
function isWhere(value: unknown): value is Where {
  return isJsonObject(value);
}

function orderOf(text: string): OrderBy {
  const [field = "", direction = "asc"] = text.split(":");
  if (direction === "asc" || direction === "desc") return { field, direction };
  throw new HoldfastError("--order is a field, with :asc or :desc behind it", { code: "INVALID_QUERY" });
}
