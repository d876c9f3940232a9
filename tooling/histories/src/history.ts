import type { JsonValue } from "@holdfast/core";

/**
 * What a client did, or was told: `invoke` when it asked; `ok` when it was done, `fail` when it surely was not, `info`
 * when nobody can tell. A process does one thing after the other; after an `info` its number is never used again.
 */
export interface HistoryEvent {
  readonly process: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  /** What was asked, such as `txn` or `cas`. */
  readonly f: string;
  /** What it was asked with; on `ok` with what was read filled in. */
  readonly value: JsonValue;
  /** Nanoseconds by one clock of the machine, from an origin that all processes of the history share. */
  readonly time: number;
  /** Why it failed. */
  readonly error?: string;
}

/** The first line of a history. */
export interface HistoryHeader {
  readonly history: 1;
  readonly workload: string;
  readonly store: string;
  readonly seed: number;
}

/** One thing asked, and what came of it. */
export interface Operation {
  readonly process: number;
  readonly f: string;
  readonly outcome: "ok" | "fail" | "info";
  readonly asked: JsonValue;
  /** Only on `ok`. */
  readonly answer: JsonValue;
  /** Places in the merged history: when it was asked and when it ended, Infinity for `info`. */
  readonly from: number;
  readonly to: number;
}

export function historyText(header: HistoryHeader, events: readonly HistoryEvent[]): string {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The events of a text that `historyText` or a recorder made; the header is left out. */
export function parseHistory(text: string): readonly HistoryEvent[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const parsed = lines.map((line) => JSON.parse(line) as HistoryHeader | HistoryEvent);
  return parsed.filter((line): line is HistoryEvent => "process" in line);
}

/** The events of several processes in the order of time. At the same moment what was asked stands first: it overlaps. */
export function mergeHistories(histories: readonly (readonly HistoryEvent[])[]): readonly HistoryEvent[] {
  return histories.flat().sort((a, b) => a.time - b.time || Number(a.type !== "invoke") - Number(b.type !== "invoke"));
}

/** Pairs what was asked with what came of it. What never ended counts as `info`. */
export function operationsOf(events: readonly HistoryEvent[]): readonly Operation[] {
  const open = new Map<number, { readonly event: HistoryEvent; readonly from: number }>();
  const operations: Operation[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type === "invoke") {
      if (open.has(event.process)) throw new Error(`process ${event.process} asked again before it was answered`);
      open.set(event.process, { event, from: at });
      continue;
    }
    const asked = open.get(event.process);
    if (asked === undefined) throw new Error(`process ${event.process} was answered and had not asked`);
    open.delete(event.process);
    operations.push(operationOf(asked.event, asked.from, event, at));
  }
  for (const { event, from } of open.values()) operations.push(operationOf(event, from, undefined, Infinity));
  return operations.sort((a, b) => a.from - b.from);
}

function operationOf(
  { process, f, value }: HistoryEvent,
  from: number,
  end: HistoryEvent | undefined,
  at: number,
): Operation {
  const outcome = end === undefined || end.type === "invoke" ? "info" : end.type;
  const answer = outcome === "ok" ? (end?.value ?? null) : null;
  return { process, f, outcome, asked: value, answer, from, to: outcome === "info" ? Infinity : at };
}
