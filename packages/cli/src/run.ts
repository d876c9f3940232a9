import { Command, CommanderError } from "commander";

import { addCommands } from "./add-commands.ts";
import { archiveSecret } from "./archive-secret.ts";
import type { Console } from "./console.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-codes.ts";
import { failureText } from "./failure-text.ts";
import { printable } from "./printable.ts";
import { passwordsIn, withoutSecrets } from "./secrets.ts";
import { version } from "./version.ts";

const description = "Looks after stores of Holdfast. A store is named by its URL.";

const afterHelp = `
Examples:
  $ holdfast list sqlite:./data/app.db Job --limit 20
  $ holdfast show sqlite:./data/app.db Job job-1
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
6 a backend is not installed, 7 data that cannot be taken, 130 interrupted.`;

/** Runs the command with its arguments and answers with the exit code; never throws, never ends the process. */
export async function run(
  args: readonly string[],
  { out, error }: Console = { out: process.stdout, error: process.stderr },
): Promise<ExitCode> {
  const passwords = [...passwordsIn(args), ...[archiveSecret() ?? []].flat()];
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    let exitCode: ExitCode = exitCodes.done;
    const program = new Command("holdfast")
      .description(description)
      .version(version())
      .addHelpText("after", afterHelp)
      .showHelpAfterError("(holdfast --help shows how it is used)")
      .exitOverride()
      .configureOutput({
        writeOut: (text) => out.write(text),
        writeErr: (text) => error.write(withoutSecrets(text, passwords)),
      });
    const exitWith = (code: ExitCode): void => {
      exitCode = code;
    };
    const context = { console: { out, error }, signal: interruption.signal, exitWith };
    addCommands(program, context);
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const text = printable(withoutSecrets(failureText(thrown, args), passwords));
    (args.includes("--json") ? out : error).write(`${text}\n`);
    return exitCodeOf(thrown);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
