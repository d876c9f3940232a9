import type { ReadableFile } from "./durable-fs.ts";
import { parseJournalHeader, parseJournalLine } from "./journal-format.ts";
import type { JournalChange, JournalHeader, RoundStart } from "./journal-format.ts";
import { readLines } from "./line-reader.ts";
import type { Line } from "./line-reader.ts";
import { sumOf, sumText } from "./sums.ts";

export interface ReadRound {
  readonly start: RoundStart;
  readonly changes: readonly JournalChange[];
}

/** Where a journal stops being what was written, if it does. */
export interface JournalFault {
  readonly line: number;
  readonly offset: number;
  /**
   * `torn`: an unfinished write at the end, as a kill leaves it. `unclear`: the same, but its last line is there, so it
   * may have been a whole round once. `damaged`: whole rounds stand behind it.
   */
  readonly kind: "torn" | "unclear" | "damaged";
}

export interface ReadJournal {
  /** Undefined where not even the first line is whole. */
  readonly header: JournalHeader | undefined;
  /** All rounds that are whole, in their order. */
  readonly rounds: readonly ReadRound[];
  /** The last round that is known to be on the medium. */
  readonly durable: number;
  readonly fault: JournalFault | undefined;
}

interface OpenRound {
  readonly first: Line;
  readonly start: RoundStart;
  readonly changes: JournalChange[];
  sum: number;
}

const lineEnd = Buffer.from("\n");

/** Reads a journal to its end. Only the operating system's errors are thrown. */
export async function readJournal(file: ReadableFile): Promise<ReadJournal> {
  const reader = new JournalReader();
  for await (const lines of readLines(file)) for (const line of lines) reader.accept(line);
  return reader.end();
}

class JournalReader {
  #header: JournalHeader | undefined;
  readonly #rounds: ReadRound[] = [];
  #durable = 0;
  #open: OpenRound | undefined;
  #isFirst = true;
  #fault: { readonly line: Line; readonly hasEnd: boolean } | undefined;
  #isDamaged = false;

  accept(line: Line): void {
    if (this.#isFirst) this.#acceptFirst(line);
    else this.#acceptNext(line);
  }

  end(): ReadJournal {
    if (this.#open !== undefined) this.#fail(this.#open.first, false);
    const { line, hasEnd } = this.#fault ?? {};
    const kind = this.#isDamaged ? "damaged" : hasEnd === true ? "unclear" : "torn";
    const fault = line === undefined ? undefined : ({ line: line.number, offset: line.offset, kind } as const);
    return { header: this.#header, rounds: this.#rounds, durable: this.#durable, fault };
  }

  #acceptFirst(line: Line): void {
    this.#isFirst = false;
    this.#header = line.isEnded ? parseJournalHeader(line) : undefined;
    this.#durable = this.#header?.after ?? 0;
    if (this.#header === undefined) this.#fail(line, line.isEnded);
  }

  #acceptNext(line: Line): void {
    const parsed = line.isEnded ? parseJournalLine(line) : undefined;
    switch (parsed?.kind) {
      case "start":
        this.#leave();
        this.#open = { first: line, start: parsed, changes: [], sum: summed(line, 0) };
        return;
      case "change":
        if (this.#open === undefined) return this.#fail(line, false);
        this.#open.changes.push(parsed.change);
        this.#open.sum = summed(line, this.#open.sum);
        return;
      case "end":
        return this.#finish(line, parsed.round, parsed.sum);
      case "durable":
        if (this.#open === undefined) this.#durable = Math.max(this.#durable, parsed.round);
        else this.#leave();
        return;
      case undefined:
        this.#fail(this.#open?.first ?? line, false);
        this.#open = undefined;
        return;
      default:
        parsed satisfies never;
    }
  }

  #finish(line: Line, round: number, sum: string): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.start.round !== round || sumText(open.sum) !== sum) {
      this.#fail(open?.first ?? line, true);
      return;
    }
    if (this.#fault !== undefined) this.#isDamaged = true;
    this.#rounds.push({ start: open.start, changes: open.changes });
    // Rounds are written one after the other, each when the one before is on the medium.
    this.#durable = Math.max(this.#durable, round - 1);
  }

  /** A round that another line than its own interrupts. */
  #leave(): void {
    if (this.#open !== undefined) this.#fail(this.#open.first, false);
    this.#open = undefined;
  }

  #fail(line: Line, hasEnd: boolean): void {
    this.#fault ??= { line, hasEnd };
  }
}

function summed({ bytes }: Line, before: number): number {
  return sumOf(lineEnd, sumOf(bytes, before));
}
