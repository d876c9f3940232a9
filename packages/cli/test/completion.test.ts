import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { hasTerminal, InTerminal, isInstalled } from "./in-terminal.ts";
import { runHere } from "./run-cli.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-completion-"));
  await writeFile(path.join(folder, "entities.json"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Shell {
  readonly name: string;
  readonly file: string;
  /** Says what the command is called with, in place of the command. */
  readonly setup: (script: string) => string;
  readonly start: string;
}

const shells: readonly Shell[] = [
  {
    name: "bash",
    file: "bashrc",
    setup: (script) => `${script}\nholdfast() { echo "GOT $*."; }\nPS1='READY '\n`,
    start: "bash --noprofile --rcfile ./bashrc -i",
  },
  {
    name: "zsh",
    file: ".zshrc",
    setup: (script) =>
      `autoload -Uz compinit; compinit -D -u\n${script}\nholdfast() { echo "GOT $*." }\nPS1='READY '\nunsetopt ZLE_RPROMPT 2> /dev/null\n`,
    start: "zsh -i",
  },
  {
    name: "fish",
    file: "config.fish",
    setup: (script) =>
      `${script}\nfunction holdfast; echo "GOT $argv."; end\nfunction fish_prompt; echo -n 'READY '; end\nset fish_greeting\n`,
    start: "fish --no-config --init-command 'source config.fish'",
  },
];

/** What is typed, and what the command is then called with. Some shells join an option and its value. */
const typed = [
  ["cop\t--fr\tjson:./ent\t--prog\tjso\t", /GOT copy --from[ =]json:\.\/entities\.json --progress[ =]jsonl\./],
  ["hist\tjson:./ent\t", /GOT history json:\.\/entities\.json\./],
  ["imp\t--fro\ttiny\t./ent\t", /GOT import --from[ =]tinydb:\.\/entities\.json\./],
  ["export --json sql\t./ent\t", /GOT export --json sqlite:\.\/entities\.json\./],
] as const;

for (const { name, file, setup, start } of shells) {
  const reason = !hasTerminal ? "there is no script(1)" : isInstalled(name) ? undefined : `${name} is not installed`;
  test.skipIf(reason !== undefined)(
    `${name} completes commands, options, values and paths${reason === undefined ? "" : `: skipped, ${reason}`}`,
    async () => {
      const { exitCode, out } = await runHere("completion", name);
      expect(exitCode).toBe(0);
      await writeFile(path.join(folder, file), setup(out));
      const env = { ZDOTDIR: folder, HOME: folder, XDG_CONFIG_HOME: folder, INPUTRC: "/dev/null" };
      await using terminal = new InTerminal(start, { cwd: folder, env });
      await terminal.shows("READY ");
      for (const [keys, called] of typed) {
        terminal.type(`holdfast ${keys}\r`);
        await terminal.shows(called);
      }
      terminal.type("exit\r");
      expect(await terminal.end()).toBe(0);
    },
  );
}
