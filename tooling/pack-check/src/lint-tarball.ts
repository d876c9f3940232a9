import { readFile } from "node:fs/promises";

import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { filterProblems } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

import type { Tarball } from "./pack-packages.ts";

/**
 * What publint and "are the types wrong?" have against a tarball, one line each; empty when it is well. The packages are
 * ES modules only, so only the ways of resolving that can see such modules are asked about.
 */
export async function lintTarball({ name, file }: Tarball): Promise<readonly string[]> {
  const bytes = await readFile(file);
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  const problems = analysis.types
    ? (["node16-esm", "bundler"] as const).flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }))
    : ["it has no types"];
  return [
    ...messages
      .filter(({ type }) => type !== "suggestion")
      .map((message) => `${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`),
    ...problems.map((problem) => `${name}: ${JSON.stringify(problem)}`),
  ];
}
