import type { Operation } from "../history.ts";

/** What a register holds. */
export type Value = number | null;
/** What a call does to the register. */
export type Step =
  | { readonly f: "read" | "write"; readonly value: Value }
  | { readonly f: "cas"; readonly value: Value; readonly from: Value };

/** An operation that is to get a moment. */
export interface Call {
  readonly id: number;
  readonly operation: Operation;
  readonly step: Step;
}

interface Entry {
  readonly call: Call;
  readonly isEnd: boolean;
  previous: Entry | undefined;
  next: Entry | undefined;
}

/** Each call when it was asked and, where it ended, when it ended: a list from which calls can be lifted and put back. */
export class Timeline {
  readonly #entries = new Map<number, readonly Entry[]>();
  #first: Entry | undefined;

  constructor(calls: readonly Call[]) {
    const placed = calls.flatMap((call) => {
      const { from, to } = call.operation;
      const own = [{ at: from, entry: entryOf(call, false) }];
      if (call.operation.outcome === "ok") own.push({ at: to, entry: entryOf(call, true) });
      this.#entries.set(
        call.id,
        own.map(({ entry }) => entry),
      );
      return own;
    });
    let previous: Entry | undefined;
    for (const { entry } of placed.sort((a, b) => a.at - b.at)) {
      entry.previous = previous;
      if (previous === undefined) this.#first = entry;
      else previous.next = entry;
      previous = entry;
    }
  }

  get first(): Entry | undefined {
    return this.#first;
  }

  lift({ call }: Entry): void {
    for (const entry of this.#entries.get(call.id) ?? []) {
      if (entry.previous === undefined) this.#first = entry.next;
      else entry.previous.next = entry.next;
      if (entry.next !== undefined) entry.next.previous = entry.previous;
    }
  }

  /** Puts a call back where it was; the last that was lifted first. Gives its first entry. */
  unlift(call: Call): Entry {
    const own = this.#entries.get(call.id) ?? [];
    for (const entry of own.toReversed()) {
      if (entry.previous === undefined) this.#first = entry;
      else entry.previous.next = entry;
      if (entry.next !== undefined) entry.next.previous = entry;
    }
    const [first] = own;
    if (first === undefined) throw new Error("a call without an entry");
    return first;
  }
}

function entryOf(call: Call, isEnd: boolean): Entry {
  return { call, isEnd, previous: undefined, next: undefined };
}
