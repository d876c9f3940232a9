import { writeEvidence } from "@holdfast-tooling/evidence";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { expect, test } from "vitest";

import { chanceFrom } from "@holdfast-tooling/chance";
import { Lane } from "../src/lane.ts";
import type { CutReport } from "../src/lane.ts";

/** `CUTS`: how many; `SEED`: which. The same seed cuts at the same places. */
const cuts = Number(process.env["CUTS"] ?? 500);
const seed = Number(process.env["SEED"] ?? 1);
const lanes = 4;

/** How often each was seen, the most frequent first. */
function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const each of names) counts.set(each, (counts.get(each) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

async function cutInLane(
  at: number,
): Promise<{ readonly reports: readonly CutReport[]; readonly strays: readonly string[] }> {
  await using lane = await Lane.open(sharedServerUrl(), chanceFrom(seed, at));
  const reports: CutReport[] = [];
  for (let made = 0; made < Math.ceil(cuts / lanes);) {
    const report = await lane.cut();
    if (report.place !== "nowhere") made += 1;
    reports.push(report);
  }
  return { reports, strays: await lane.strays() };
}

test(
  "a connection that is cut anywhere leaves every call done once or not at all, as its caller was told",
  { timeout: 7_200_000 },
  async ({ task }) => {
    const done = await Promise.all(Array.from({ length: lanes }, (_, at) => cutInLane(at)));
    const reports = done.flatMap((each) => each.reports);
    expect(reports.filter(({ untruths }) => untruths.length > 0)).toEqual([]);
    expect(done.flatMap(({ strays }) => strays)).toEqual([]);

    const struck = reports.filter(({ place }) => place !== "nowhere");
    const told = counted(struck.map((report) => `told: ${report.told}`));
    // Whoever is told that nobody knows had a server that stayed away.
    expect(struck.filter((report) => report.told === "unknown" && !/stays away/.test(report.place))).toEqual([]);
    await writeEvidence({
      name: "pg-cuts",
      title: "Connections to Postgres that are cut",
      figures: {
        cuts: struck.length,
        seed,
        "untrue answers": 0,
        "applied twice": 0,
        ...told,
        ...counted(struck.map(({ place }) => place)),
      },
      promises: [
        {
          promise: "An acknowledged write is committed, once, and an error says what became of the write.",
          test: "tooling/pg-cuts/test/cuts.test.ts",
          name: task.name,
        },
      ],
    });
  },
);
