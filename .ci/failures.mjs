// Prints the failed tests of one report of the test runner, the most telling lines of each: file, name, first error.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** So many tests and lines a test: a run in which all fails still ends with something to read. */
const mostTests = 20;
const mostLines = 12;

const [reportFile] = process.argv.slice(2);
const failed = existsSync(reportFile) ? failuresOf(JSON.parse(readFileSync(reportFile, "utf8"))) : [];
for (const { file, name, message } of failed.slice(0, mostTests)) {
  print(`\n✗ ${relative(process.cwd(), file)} > ${name}`);
  const lines = stripVTControlCharacters(message).split("\n").slice(0, mostLines);
  print(lines.map((line) => `    ${line.slice(0, 400)}`).join("\n"));
}
if (failed.length > mostTests) {
  print(`\nand ${failed.length - mostTests} more`);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

/** What failed: a test, or a file that could not be loaded at all. */
function failuresOf(report) {
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0 && file.status === "failed") {
      return [{ file: file.name, name: "(the file)", message: file.message ?? "" }];
    }
    return tests.map((test) => ({ file: file.name, name: test.fullName, message: test.failureMessages.join("\n") }));
  });
}
