import { genericRooms, knownBackends } from "../architecture.ts";
import type { Comparison } from "../parse-source.ts";
import type { Repository, Violation } from "../repository.ts";

const databases = /^(sqlite|postgres|postgresql|better-sqlite3|pg)$/;
const commonWords = /^(json|memory)$/;

/**
 * Generic code asks for the answer and never for the name: no database's name is a string or a key in it. "json" and
 * "memory" are words of daily life, so they may stand but not decide; "json" may decide what a `format` is.
 */
export function namelessBackends({ files }: Repository): Violation[] {
  return files.flatMap(({ path, manifest, words, comparisons, isSource }) => {
    if (!isSource || path === knownBackends || !genericRooms.includes(manifest.name)) return [];
    return [
      ...words.filter((word) => databases.test(word)).map((word) => `${path}: knows the backend "${word}" by name`),
      ...comparisons
        .filter(decidesByName)
        .map(({ literal, operand }) => `${path}: compares ${operand} with "${literal}"`),
    ];
  });
}

function decidesByName({ literal, operand }: Comparison): boolean {
  return commonWords.test(literal) && !/format$/i.test(operand);
}
