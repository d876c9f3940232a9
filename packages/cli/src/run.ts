import { fileError, HoldfastError, systemCode } from "@holdfast/core";
import { CommanderError } from "commander";

import { archiveSecret } from "./archive-secret.ts";
import type { Console } from "./console.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-codes.ts";
import { failureLines, failureOf } from "./failure-text.ts";
import { holdfastProgram } from "./holdfast-program.ts";
import { passwordsIn } from "./secrets.ts";
import { unreadSignal, written } from "./unread-signal.ts";
import { writeJson, writeLines } from "./write-lines.ts";

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
  await written([out, error]);
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
