import type { Writable } from "node:stream";

import { Command } from "commander";

import { addCommands } from "./add-commands.ts";
import type { CommandContext } from "./console.ts";
import { exitCodes, exitMeanings } from "./exit-codes.ts";
import { jsonFields } from "./json-fields.ts";
import { helpStep } from "./next-step.ts";
import { printableLines } from "./printable.ts";
import { withoutSecrets } from "./secrets.ts";
import { version } from "./version.ts";
import { toned } from "./write-lines.ts";

const description = "Looks after stores of Holdfast. A store is named by its URL.";

const afterHelp = (): string => `
Examples:
  $ holdfast list sqlite:./data/app.db Job --limit 20
  $ holdfast show sqlite:./data/app.db Job job-1
  $ holdfast history sqlite:./data/app.db Job job-1
  $ holdfast check postgres://me@localhost/app
  $ holdfast plan --from json:./data/entities.json --to sqlite:./data/app.db
  $ holdfast copy --from json:./data/entities.json --to sqlite:./data/app.db
  $ holdfast copy --from sqlite:./data/app.db --to postgres://me@localhost/app --json
  $ holdfast backup postgres://me@localhost/app ./backups
  $ holdfast restore sqlite:./data/app.db ./backups/app.archive.gz
  $ holdfast import --from tinydb:./data/entities.json --to sqlite:./data/app.db
  $ holdfast layout postgres://me@localhost/app --model ./model.ts --print
  $ holdfast recover json:./data/entities.json

Exit codes:
${exitLines()}

Behind the name of a command, --help shows its options, examples, and what it prints with --json.`;

/** The whole command with all of its own; `passwords` are what none of its messages may show. */
export function holdfastProgram(context: CommandContext, passwords: readonly string[] = []): Command {
  const { out, error } = context.console;
  const program = new Command("holdfast")
    .description(description)
    .version(version())
    .addHelpText("after", afterHelp())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      getOutHelpWidth: () => helpColumns(out),
      writeErr: (text) => error.write(withoutSecrets(text, passwords)),
      outputError: (text, write) => write(toned(error, "error", printableLines(withoutSecrets(text, passwords)))),
    });
  addCommands(program, context);
  program.showHelpAfterError(`(${helpStep(undefined)})`);
  for (const command of program.commands) {
    command.showHelpAfterError(`(${helpStep(command.name())})`);
    command.addHelpText("after", jsonHelp(command.name()));
  }
  return program;
}

function exitLines(): string {
  const names = Object.keys(exitCodes) as readonly (keyof typeof exitCodes)[];
  return names.map((name) => `  ${String(exitCodes[name]).padEnd(4)} ${exitMeanings[name]}`).join("\n");
}

function jsonHelp(command: string): string {
  const fields = Object.keys(jsonFields[command] ?? {});
  return fields.length === 0 ? "" : `\nWith --json: { ${fields.join(", ")} }`;
}

/** Lines that are wider than this are hard to read. */
const columnsMost = 110;

function helpColumns(out: Writable): number {
  return "columns" in out && typeof out.columns === "number" ? Math.min(out.columns, columnsMost) : columnsMost;
}
