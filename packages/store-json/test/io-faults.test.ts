import { orderedNames } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { faultKinds, faultProblem } from "./crashes/check-faults.ts";
import { runScript } from "./crashes/run-script.ts";
import { scripts } from "./crashes/scripts.ts";

const cases = Object.keys(faultKinds).flatMap((kind) =>
  (["once", "for good"] as const).map((lasts) => [kind, lasts] as const),
);

/** An interrupted call fails as a broken one does: some of them are enough. */
function stepOf(kind: string): number {
  return kind === "EINTR" ? 4 : 1;
}

test.each(cases)(
  "%s %s at any operation: each call says what became of it, and a fresh open agrees",
  async (kind, lasts) => {
    const problems: string[] = [];
    for (const script of scripts) {
      const { session } = await runScript(script, { durability: "power-loss", rules: orderedNames });
      const { length } = session.fs.log;
      for (let at = 1; at <= length; at += stepOf(kind)) {
        const problem = await faultProblem(script, { kind, at, lasts });
        if (problem !== undefined) problems.push(`${script.name}, ${kind} ${lasts} at operation ${at}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
  },
);
