import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const program = path.join(import.meta.dirname, "programs/workflow-example.ts");
const readme = path.join(import.meta.dirname, "../README.md");

test("the example of the workflow in the README does what its comments say", async () => {
  const [, ...lines] = readFileSync(program, "utf8").split("\n");
  const source = lines.join("\n");
  expect(readFileSync(readme, "utf8")).toContain(`\`\`\`ts\n${source}\`\`\``);
  const said = Array.from(source.matchAll(/console\.log\(.*\); \/\/ (.*)\n/g), ([, shown]) => shown);
  const { stdout } = await run(process.execPath, ["--conditions=holdfast-source", program]);
  expect(stdout.trimEnd().split("\n")).toEqual(said);
});
