import type { SavedChange } from "@holdfast/store-memory";
import type { ReadableFile } from "./durable-fs.ts";
import { parseJournalHeader, parseJournalLine } from "./journal-format.ts";
import type { JournalHeader, RoundStart } from "./journal-format.ts";
import { linesBeforeZeros, readLines } from "./line-reader.ts";
import type { Line } from "./line-reader.ts";
import { sumOf, sumText } from "./sums.ts";

/** A line's place in a file. */
export type LinePlace = Pick<Line, "number" | "offset">;

export interface ReadRound {
  readonly start: RoundStart;
  readonly changes: readonly SavedChange[];
  /** Where the line behind it begins. */
  readonly behind: LinePlace;
}

/** Where a journal stops being what was written, if it does. */
export interface JournalFault {
  readonly line: number;
  readonly offset: number;
  /**
   * `torn`: an unfinished write at the end, as a kill leaves it. `unclear`: the same, but its last line is there, or one
   * that is none of ours, so it may have been a whole round once. `inside`: whole lines stand behind it.
   */
  readonly kind: "torn" | "unclear" | "inside";
}

export interface ReadJournal {
  /** Undefined where not even the first line is whole. */
  readonly header: JournalHeader | undefined;
  /** All rounds that are whole, in their order. */
  readonly rounds: readonly ReadRound[];
  /** The last round that is known to be on the medium. */
  readonly durable: number;
  /** The last round that is known to have been acknowledged, whether it can be read or not. */
  readonly acknowledged: number;
  readonly fault: JournalFault | undefined;
}

interface OpenRound {
  readonly first: Line;
  readonly start: RoundStart;
  readonly changes: SavedChange[];
  sum: number;
}

const lineEnd = Buffer.from("\n");

/** Reads a journal to its end. Only the operating system's errors are thrown. */
export async function readJournal(file: ReadableFile): Promise<ReadJournal> {
  const reader = new JournalReader();
  for await (const lines of readLines(file)) for (const line of lines) reader.accept(line);
  return reader.end();
}

/** Reads the journal of this header on, from where a line begins, up to the zeros ahead of what is written next. */
export async function readJournalFrom(
  file: ReadableFile,
  header: JournalHeader,
  from: LinePlace,
): Promise<ReadJournal> {
  const reader = new JournalReader(header);
  for await (const lines of linesBeforeZeros(file, from)) for (const line of lines) reader.accept(line);
  return reader.end();
}

class JournalReader {
  #header: JournalHeader | undefined;
  readonly #rounds: ReadRound[] = [];
  #durable = 0;
  #acknowledged = 0;
  #open: OpenRound | undefined;
  #isFirst = true;
  #fault: { readonly line: Line; readonly hasEnd: boolean } | undefined;
  #isInside = false;

  constructor(header?: JournalHeader) {
    if (header !== undefined) this.#begin(header);
  }

  accept(line: Line): void {
    if (this.#isFirst) this.#acceptFirst(line);
    else this.#acceptNext(line);
  }

  end(): ReadJournal {
    this.#leave();
    const { line, hasEnd } = this.#fault ?? {};
    const kind = this.#isInside ? "inside" : hasEnd === true ? "unclear" : "torn";
    const fault = line === undefined ? undefined : ({ line: line.number, offset: line.offset, kind } as const);
    const [rounds, durable, acknowledged] = [this.#rounds, this.#durable, this.#acknowledged];
    return { header: this.#header, rounds, durable, acknowledged, fault };
  }

  #begin(header: JournalHeader): void {
    this.#isFirst = false;
    this.#header = header;
    this.#durable = header.after;
    this.#acknowledged = header.after;
  }

  #acceptFirst(line: Line): void {
    this.#isFirst = false;
    const header = line.isEnded ? parseJournalHeader(line) : undefined;
    if (header === undefined) this.#fail(line, line.isEnded);
    else this.#begin(header);
  }

  #acceptNext(line: Line): void {
    const parsed = line.isEnded ? parseJournalLine(line) : undefined;
    switch (parsed?.kind) {
      case "start":
        this.#leave();
        this.#open = { first: line, start: parsed, changes: [], sum: summed(line, 0) };
        // Rounds are written one after the other, each when the one before is acknowledged.
        this.#acknowledged = Math.max(this.#acknowledged, parsed.round - 1);
        return;
      case "change":
        if (this.#open === undefined) return this.#fail(line, false);
        this.#open.changes.push(parsed.change);
        this.#open.sum = summed(line, this.#open.sum);
        return;
      case "end":
        return this.#finish(line, parsed.round, parsed.sum);
      case "durable":
        return this.#mark(parsed.round);
      case undefined:
        if (!line.isEnded && line.bytes.every((byte) => byte === 0)) return this.#leave();
        // What a kill tears has no end.
        this.#fail(this.#open?.first ?? line, line.isEnded);
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
    if (this.#fault !== undefined) this.#isInside = true;
    const behind = { number: line.number + 1, offset: line.offset + line.bytes.length + 1 };
    this.#rounds.push({ start: open.start, changes: open.changes, behind });
    this.#durable = Math.max(this.#durable, round - 1);
  }

  #mark(round: number): void {
    this.#leave();
    if (this.#fault !== undefined) this.#isInside = true;
    this.#durable = Math.max(this.#durable, round);
    this.#acknowledged = Math.max(this.#acknowledged, round);
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
