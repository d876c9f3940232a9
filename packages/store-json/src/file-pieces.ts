import type { State } from "@holdfast/store-memory";
import { feedJson } from "./feed-format.ts";
import { closingLine, formatVersion, headerEnd, recordHead, tombstoneLine, tombstonesLine } from "./file-format.ts";
import { LineBytes } from "./line-bytes.ts";
import { sealEnd } from "./line-seal.ts";
import { SumOfSums } from "./sums.ts";

/**
 * The whole file in pieces of whole lines: valid JSON, in the order of type, tenant, creation and id, each line with its sum.
 * Others have their turn where the records have to be put in that order first.
 */
export async function* filePieces(state: State, round: number): AsyncIterable<Buffer> {
  await state.arrange();
  const { highWater, feed, model } = state;
  const marks = { round, highWater, feed: feedJson(feed) };
  const file = new SealedLines();
  file.add(JSON.stringify({ holdfast: formatVersion, ...marks, layout: model.layout }).slice(0, -1));
  file.end(`${headerEnd}\n`);
  for (const entry of state.allEntries()) {
    if (file.isFull) yield file.take();
    file.begin();
    file.add(recordHead(entry));
    file.add(entry.record.text);
    file.end("}");
  }
  file.part(`${tombstonesLine}\n`);
  for (const buried of state.buried()) {
    if (file.isFull) yield file.take();
    file.begin();
    file.add(tombstoneLine(buried).slice(0, -1));
    file.end("}");
  }
  file.part(`${closingLine(file.sums)}\n`);
  yield file.take();
}

/** Lines with sums, and between the items of a list what JSON wants there. */
class SealedLines {
  readonly sums = new SumOfSums();
  readonly #bytes = new LineBytes();
  #start = 0;
  #isInList = false;

  get isFull(): boolean {
    return this.#bytes.isFull;
  }

  take(): Buffer {
    this.#start = 0;
    return this.#bytes.take();
  }

  /** One more item of a list. */
  begin(): void {
    if (this.#isInList) this.#bytes.add(",\n");
    this.#isInList = true;
    this.#start = this.#bytes.length;
  }

  add(text: string): void {
    this.#bytes.add(text);
  }

  /** The line's sum, and what stands behind it. */
  end(text: string): void {
    const sum = this.#bytes.sumFrom(this.#start);
    this.sums.add(sum);
    this.#bytes.add(sealEnd(sum) + text);
  }

  /** What stands behind a list, in a line of its own. */
  part(line: string): void {
    if (this.#isInList) this.#bytes.add("\n");
    this.#isInList = false;
    this.#bytes.add(line);
  }
}
