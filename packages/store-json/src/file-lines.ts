import type { State } from "@holdfast/store-memory";
import { feedJson } from "./feed-format.ts";
import { closingLine, formatVersion, headerEnd, recordLine, tombstoneLine, tombstonesLine } from "./file-format.ts";
import { sealed } from "./line-seal.ts";
import { SumOfSums } from "./sums.ts";

/** The whole file, line by line: valid JSON, in the order of type, tenant, creation and id, each line with its sum. */
export function* fileLines(state: State, round: number): Iterable<string> {
  const { highWater, feed, model } = state;
  const marks = { round, highWater, feed: feedJson(feed) };
  const sums = new SumOfSums();
  const seal = (line: string): string => {
    const { text, sum } = sealed(line.slice(0, -1));
    sums.add(sum);
    return text;
  };
  yield `${seal(JSON.stringify({ holdfast: formatVersion, ...marks, layout: model.layout }))}${headerEnd}\n`;
  yield* separated(state.allEntries(), (entry) => `${seal(recordLine(entry))}}`);
  yield `${tombstonesLine}\n`;
  yield* separated(state.buried(), (buried) => `${seal(tombstoneLine(buried))}}`);
  yield `${closingLine(sums)}\n`;
}

function* separated<T>(items: Iterable<T>, lineOf: (item: T) => string): Iterable<string> {
  let last: string | undefined;
  for (const item of items) {
    if (last !== undefined) yield `${last},\n`;
    last = lineOf(item);
  }
  if (last !== undefined) yield `${last}\n`;
}
