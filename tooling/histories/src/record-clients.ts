import type { HistoryEvent } from "./history.ts";
import { Recorder } from "./recorder.ts";
import type { OutcomeOf } from "./recorder.ts";
import { chanceFrom } from "@holdfast-tooling/chance";
import type { ClientRun } from "./workloads/workload.ts";

export interface RecordOptions {
  readonly seed: number;
  /** How many clients work at the same time, in all processes together. */
  readonly clients: number;
  /** How many calls they make, all together. */
  readonly calls: number;
  /** The clients that this process runs, if not all. @default all */
  readonly own?: readonly number[];
  /** Where times count from. @default now */
  readonly origin?: bigint;
  readonly outcomeOf?: OutcomeOf;
  /** Takes each event as it happens, beside being given in the end. */
  readonly write?: (event: HistoryEvent) => void;
  /** What befalls the store while the clients work; the signal is given when the last of them is done. @default nothing */
  readonly meanwhile?: (over: AbortSignal) => Promise<void>;
}

/** What `finish` may use: a recorder of its own, and how much was done. */
export type Finish = (recorder: Recorder, sizes: Pick<ClientRun, "calls" | "clients">) => Promise<void>;

/** Runs clients at the same time, then `finish` alone, and gives what they were told in the order of time. */
export async function recordClients(
  options: RecordOptions,
  work: (run: ClientRun) => Promise<void>,
  finish: Finish = () => Promise.resolve(),
): Promise<readonly HistoryEvent[]> {
  const { seed, clients, outcomeOf, origin = process.hrtime.bigint() } = options;
  const events: HistoryEvent[] = [];
  const recorder = (client: number): Recorder =>
    new Recorder(client, {
      write: (event) => {
        events.push(event);
        options.write?.(event);
      },
      origin,
      stride: clients + 1,
      ...(outcomeOf === undefined ? {} : { outcomeOf }),
    });
  const calls = Math.ceil(options.calls / clients);
  const own = options.own ?? Array.from({ length: clients }, (_each, at) => at);
  const over = new AbortController();
  const meanwhile = options.meanwhile?.(over.signal);
  const working = Promise.all(
    own.map((client) =>
      work({ recorder: recorder(client), chance: chanceFrom(seed * 1_000 + client), client, clients, calls }),
    ),
  ).finally(() => over.abort());
  await Promise.all([working, meanwhile]);
  await finish(recorder(clients), { calls, clients });
  return events;
}
