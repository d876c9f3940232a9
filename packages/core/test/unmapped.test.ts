import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const vitest = fileURLToPath(new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url));
const fixture = fileURLToPath(new URL("fixtures/unmapped", import.meta.url));

interface Result {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/** What becomes of the fixture's tests, run as this repository's are. */
function resultsOfFixture(): readonly Result[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-unmapped-"));
  try {
    const report = join(folder, "report.json");
    const options = ["--config", join(fixture, "vitest.config.ts"), "--root", fixture];
    spawnSync(process.execPath, [vitest, "run", ...options, "--reporter=json", `--outputFile=${report}`]);
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
      readonly testResults: readonly { readonly assertionResults: readonly Result[] }[];
    };
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a test in which an error turns up that no table of codes knows fails, whatever it expects", () => {
  const [unknown, known] = resultsOfFixture();
  expect(unknown).toMatchObject({ title: "an error that no table knows", status: "failed" });
  expect(unknown?.failureMessages.join()).toContain("EMADEUP");
  expect(known).toMatchObject({ title: "an error that the table knows", status: "passed" });
});
