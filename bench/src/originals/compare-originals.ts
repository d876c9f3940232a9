import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../judge/median.ts";
import { someAtOnce } from "../run/some-at-once.ts";
import type { System } from "./item-keeper.ts";
import type { Times, Warming } from "./measure-system.ts";

export interface Measured {
  readonly system: System;
  /** One entry a round; the rounds of all systems took turns. */
  readonly rounds: readonly Times[];
}

export interface ComparisonOptions {
  readonly folder: string;
  readonly stored: number;
  /** In all, over all starts. */
  readonly rounds: number;
  /** How often all systems are started anew, each with files and a process of its own: which differ from the next ones. */
  readonly starts: number;
  readonly warming: Warming;
}

/**
 * All systems beside each other in one run, each over as many items as `stored` says. The rounds take turns, forwards
 * and backwards, so that what else the machine does hits all of them. Each system has a process of its own, so that no
 * one's garbage is another's pause; and as each process has its own luck with the places of its files and its memory,
 * all are started anew a few times.
 */
export async function compareOriginals(
  systems: readonly System[],
  { starts, rounds, ...options }: ComparisonOptions,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (let start = 0; start < starts; start++) {
    const share = Math.ceil((rounds * (start + 1)) / starts) - Math.ceil((rounds * start) / starts);
    const found = share === 0 ? [] : await compareOnce(systems, { ...options, rounds: share });
    measured.push(...found);
  }
  return systems.map((system) => {
    const own = measured.filter((each) => each.system === system);
    return { system, rounds: own.flatMap((each) => each.rounds) };
  });
}

async function compareOnce(
  systems: readonly System[],
  { folder, stored, rounds, warming }: Omit<ComparisonOptions, "starts">,
): Promise<readonly Measured[]> {
  const children: ChildProcess[] = [];
  try {
    const sides = await someAtOnce(systems, async (system) => {
      const own = await mkdtemp(join(folder, "system-"));
      const given = [stored, warming.rounds, warming.milliseconds].map(String);
      const child = fork(fileURLToPath(new URL("system-process.ts", import.meta.url)), [system.name, own, ...given]);
      children.push(child);
      await answerOf(child);
      return { system, child, rounds: new Array<Times>() };
    });
    for (let round = 0; round < rounds; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        side.child.send("round");
        side.rounds.push((await answerOf(side.child)) as Times);
      }
    }
    return sides.map(({ system, rounds: measured }) => ({ system, rounds: measured }));
  } finally {
    for (const child of children) await ended(child);
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const failed = once(child, "exit").then(() => Promise.reject(new Error("a measured process has ended")));
  const [answer] = await Promise.race([once(child, "message") as Promise<unknown[]>, failed]);
  return answer;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
}

/** How many times faster ours was, as the median of each round's own ratio. */
export function timesFaster(ours: Measured, original: Measured, key: keyof Times): number {
  return median(ours.rounds.map((times, round) => (original.rounds[round]?.[key] ?? Number.NaN) / times[key]));
}
