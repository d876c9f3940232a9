import type { Warming } from "../originals/measure-system.ts";
import type { Bench } from "../run/bench.ts";
import type { Entity, StoreName, SubjectCall } from "../subject.ts";

/** What one round of one system came to. */
export interface Sample {
  /** In the workload's unit. */
  readonly value: number;
  /** The same done by the same system in the same round where it is easy: the first page, the small store. */
  readonly beside?: number;
  /** Microseconds of processor time of the measured process for each operation; the server's own are not in it. */
  readonly cpuMicroseconds: number;
  /** The same of the server's processes, where there is a server and the system tells. */
  readonly serverMicroseconds?: number;
  /** Acknowledged changes that are not there afterwards. */
  readonly lost?: number;
}

/** Does so many operations. */
export type Round = (operations: number) => Promise<Sample>;

/** How large a run is. */
export interface Size {
  readonly rounds: number;
  /** Documents that stand in the stores where that matters little, where it matters somewhat, and where it matters. */
  readonly few: number;
  readonly some: number;
  readonly many: number;
  /** More documents than this are not put into a system that is slow to fill. */
  readonly slowMost: number;
  /** Documents of one batch. */
  readonly batch: number;
  /** A system that is slow does fewer operations, such that a round takes about so long. In milliseconds. */
  readonly roundMs: number;
  /** However slow a system is, a round has so many operations, where the workload has them. */
  readonly fewest: number;
  /** A system is warm, and measured, after so many operations of a workload, or what it does of them in so many milliseconds. */
  readonly warm: { readonly operations: number; readonly milliseconds: number };
  /** How often the systems of the originals' comparison are started and have their turn in all, and how long each runs before, at most. */
  readonly originals: { readonly starts: number; readonly rounds: number; readonly warming: Warming };
  /** Sizes of the stores whose growth is looked at, rising. */
  readonly growth: readonly number[];
}

export interface Workload {
  /** As it is asked for on the command line and named in the table of goals. */
  readonly key: string;
  readonly title: string;
  readonly entity: Entity;
  readonly needs: readonly SubjectCall[];
  /** Of one sample's value; more of what is done in a second is better, less of all else. */
  readonly unit: "/s" | "ms" | "µs" | "MB";
  /** @default all */
  readonly stores?: readonly StoreName[];
  /** Whether what differs from our repositories that sync is measured too. @default true */
  readonly withVariants?: boolean;
  /** What `beside` is, where there is one. */
  readonly beside?: string;
  /** How many documents stand there when it begins, at least. */
  readonly stored: number;
  /** Whether it stores more documents the faster a system is; then it has them in a store apart. @default false */
  readonly isAdding?: boolean;
  /** Of a round, at most. */
  readonly operations: number;
  /** How many times as long as others a round may take, so that a slow system does as many operations. @default 1 */
  readonly patience?: number;
  /** Whether a round is one whole thing, which is neither tried with less nor warmed up. @default false */
  readonly isWhole?: boolean;
  /** Of what takes long. @default as many as are asked for */
  readonly roundsMost?: number;
  prepare(bench: Bench): Promise<Round>;
}
