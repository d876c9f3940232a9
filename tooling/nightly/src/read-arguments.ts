import { parseArgs } from "node:util";

import type { Part, Size } from "./part.ts";

export interface Asked {
  readonly parts: readonly Part[];
  readonly size: Size;
}

/**
 * Reads `[part…] [--scale 0.1] [--seed n]`. No part means all of them; an unknown one is an error that lists those there
 * are.
 *
 * @param chance from 0 to below 1: what the seed comes from where none is given
 */
export function readArguments(given: readonly string[], parts: readonly Part[], chance: number): Asked {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: { scale: { type: "string", default: "1" }, seed: { type: "string" } },
    allowPositionals: true,
  });
  const scale = Number(values.scale);
  if (!(scale > 0 && Number.isFinite(scale))) throw new Error(`--scale is a number above 0, not ${values.scale}`);
  const seed = values.seed === undefined ? Math.floor(chance * 2 ** 31) : Number(values.seed);
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)) {
    throw new Error(`--seed is a whole number from 0 to ${2 ** 31 - 1}, not ${values.seed}`);
  }
  return {
    parts: positionals.length === 0 ? parts : positionals.map((name) => partOf(name, parts)),
    size: { scale, seed },
  };
}

function partOf(name: string, parts: readonly Part[]): Part {
  const part = parts.find((each) => each.name === name);
  if (part !== undefined) return part;
  const list = parts.map((each) => `\n  ${each.name.padEnd(12)} ${each.description}`).join("");
  throw new Error(`there is no part "${name}"; there are:${list}`);
}
