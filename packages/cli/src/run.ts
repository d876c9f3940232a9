import { eventLoopTurn, fileError, HoldfastError, systemCode } from "@holdfast/core";
import { Command, CommanderError } from "commander";

import { addCommands } from "./add-commands.ts";
import { archiveSecret } from "./archive-secret.ts";
import type { CommandContext, Console } from "./console.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-codes.ts";
import { failureLines, failureOf } from "./failure-text.ts";
import { helpStep } from "./next-step.ts";
import { printableLines } from "./printable.ts";
import { passwordsIn, withoutSecrets } from "./secrets.ts";
import { unreadSignal } from "./unread-signal.ts";
import { version } from "./version.ts";
import { toned, writeJson, writeLines } from "./write-lines.ts";

const description = "Looks after stores of Holdfast. A store is named by its URL.";

const afterHelp = `
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

Exit codes: 0 done, 1 unexpected failure, 2 usage, 3 refused, 4 the stores differ, 5 a store is not available now,
6 a backend is not installed, 7 data that cannot be taken, 130 interrupted, 141 nobody reads the output any more.`;

/** Runs the command with its arguments and answers with the exit code; never throws, never ends the process. */
export async function run(
  args: readonly string[],
  { out, error }: Console = { out: process.stdout, error: process.stderr },
): Promise<ExitCode> {
  const passwords = [...passwordsIn(args), ...[archiveSecret() ?? []].flat()];
  const interruption = new AbortController();
  const unread = unreadSignal([out, error]);
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  let exitCode: ExitCode = exitCodes.done;
  const exitWith = (code: ExitCode): void => {
    exitCode = code;
  };
  const signal = AbortSignal.any([interruption.signal, unread]);
  const program = holdfastProgram({ console: { out, error }, signal, exitWith }, passwords);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (thrown) {
    const command = program.commands.map((each) => each.name()).find((name) => args.includes(name));
    if (!unread.aborted) exitCode = failedExit(thrown, { args, command, passwords, console: { out, error } });
  } finally {
    process.off("SIGINT", interrupt);
  }
  // A stream says a turn later that what was written last did not arrive.
  await eventLoopTurn();
  return unread.aborted ? unwrittenExit(unread.reason, error) : exitCode;
}

interface FailedRun {
  readonly args: readonly string[];
  readonly command: string | undefined;
  readonly passwords: readonly string[];
  readonly console: Console;
}

/** Says what failed, in the form that was asked for. Of wrong usage the parser has said so itself, for people. */
function failedExit(thrown: unknown, { args, command, passwords, console }: FailedRun): ExitCode {
  const isUsage = thrown instanceof CommanderError;
  if (isUsage && thrown.exitCode === 0) return exitCodes.done;
  const failure = isUsage
    ? failureOf(wrongUsage(thrown), { command, passwords })
    : failureOf(thrown, { command, passwords });
  if (args.includes("--json")) writeJson(console.out, { error: failure });
  else if (!isUsage) writeLines(console.error, failureLines(failure));
  return isUsage ? exitCodes.usage : exitCodeOf(thrown);
}

function wrongUsage({ message }: CommanderError): HoldfastError {
  return new HoldfastError(message.replace(/^error: /, ""), { code: "INVALID_CONFIG" });
}

function unwrittenExit(reason: unknown, error: Console["error"]): ExitCode {
  if (systemCode(reason) === "EPIPE") return exitCodes.unread;
  const failure = fileError(reason, "the output", "saved");
  writeLines(error, failureLines(failureOf(failure, { command: undefined, passwords: [] })));
  return exitCodeOf(failure);
}

/** The whole command with all of its own; `passwords` are what none of its messages may show. */
function holdfastProgram(context: CommandContext, passwords: readonly string[] = []): Command {
  const { out, error } = context.console;
  const program = new Command("holdfast")
    .description(description)
    .version(version())
    .addHelpText("after", afterHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => error.write(withoutSecrets(text, passwords)),
      outputError: (text, write) => write(toned(error, "error", printableLines(withoutSecrets(text, passwords)))),
    });
  addCommands(program, context);
  program.showHelpAfterError(`(${helpStep(undefined)})`);
  for (const command of program.commands) command.showHelpAfterError(`(${helpStep(command.name())})`);
  return program;
}
