import { Argument, type Command } from "commander";

import { bashCompletion } from "../completion/bash-completion.ts";
import { completedProgram, type CompletedCommand } from "../completion/completed-program.ts";
import { fishCompletion } from "../completion/fish-completion.ts";
import { zshCompletion } from "../completion/zsh-completion.ts";
import type { CommandContext } from "../console.ts";

const help = `
The script completes commands, options, their values, what a store's URL begins with, and the paths of files. It opens no store
and starts no process, so it is as fast as the shell. After an update of holdfast, make it again.

Examples:
  $ holdfast completion bash >> ~/.bashrc
  $ holdfast completion zsh > ~/.zfunc/_holdfast
  $ holdfast completion fish > ~/.config/fish/completions/holdfast.fish`;

const shells: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function addCompletionCommand(program: Command, { console }: CommandContext): void {
  program
    .command("completion")
    .summary("prints a script by which a shell completes this command")
    .description("Prints a script by which a shell completes the commands, options and files of holdfast.")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(shells)))
    .addHelpText("after", help)
    .action((shell: string) => {
      console.out.write(`${shells[shell]?.(completedProgram(program)) ?? ""}\n`);
    });
}
