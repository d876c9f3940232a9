import { errorCodes, HoldfastError } from "@holdfast/core";

import { exitCodeOf, exitCodes, exitMeanings } from "../src/exit-codes.ts";
import { errorFields, jsonFields } from "../src/json-fields.ts";
import { runHere } from "./run-cli.ts";

/** What of `docs/cli.md` is made from the code: the exit codes, and each command with its help and its JSON. */
export async function cliPage(commands: readonly string[]): Promise<string> {
  const sections: string[] = [];
  for (const command of commands) sections.push(await commandSection(command));
  return `## Exit codes

| code | meaning | errors |
|---|---|---|
${exitRows().join("\n")}

## Errors as JSON

With \`--json\`, a command that failed prints \`{ "error": { … } }\`:

${fieldLines(errorFields).join("\n")}

## Commands

${sections.join("\n\n")}
`;
}

function exitRows(): readonly string[] {
  const names = Object.keys(exitCodes) as readonly (keyof typeof exitCodes)[];
  return names.map((name) => {
    const errors = errorCodes.filter((code) => exitCodeOf(new HoldfastError("", { code })) === exitCodes[name]);
    return `| ${exitCodes[name]} | ${exitMeanings[name]} | ${errors.join(" ")} |`;
  });
}

async function commandSection(command: string): Promise<string> {
  const { out } = await runHere(command, "--help");
  const help = out.replaceAll(/[ \t]+$/gm, "").trim();
  const fields = fieldLines(jsonFields[command] ?? {});
  const json = fields.length === 0 ? "" : `\n\nWith \`--json\`:\n\n${fields.join("\n")}`;
  return `### ${command}\n\n\`\`\`text\n${help}\n\`\`\`${json}`;
}

function fieldLines(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).map(([name, meaning]) => `- \`${name}\`: ${meaning}`);
}
