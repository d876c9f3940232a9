import { readFile } from "node:fs/promises";
import type { Goal } from "../judge/goals.ts";
import { storeNames } from "../subject.ts";

const file = new URL("../../why-missed.md", import.meta.url);

/** What a goal is called in the file: its workload and its store. */
export type Reasons = ReadonlyMap<string, string>;

export function reasonKey({ workload, store }: Pick<Goal, "workload" | "store">): string {
  return `${workload} ${store}`;
}

/** What was written by hand about floors that are missed. Fails on a line that names no goal, or one for the second time. */
export async function readReasons(goals: readonly Goal[]): Promise<Reasons> {
  return parseReasons(await readFile(file, "utf8"), goals);
}

export function parseReasons(text: string, goals: readonly Goal[]): Reasons {
  const known = new Set(goals.map(reasonKey));
  const reasons = new Map<string, string>();
  const line = new RegExp(`^- (.+ (?:${storeNames.join("|")})): (.+)$`);
  for (const each of text.split("\n").filter((one) => one.startsWith("- "))) {
    const [, key = "", why = ""] = line.exec(each) ?? [];
    if (!known.has(key)) throw new Error(`why-missed.md: no goal is named by "${each}"`);
    if (reasons.has(key)) throw new Error(`why-missed.md: there are two lines for "${key}"`);
    reasons.set(key, why.trim());
  }
  return reasons;
}
