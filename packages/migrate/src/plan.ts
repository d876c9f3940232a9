import { HoldfastError, liftNothing, unionLayout, type Layout, type OpenOptions, type Store } from "@holdfast/core";

import { checkBatch } from "./batch-size.ts";
import { refuseForeignTarget, refuseSameStore } from "./check-target.ts";
import { collections } from "./collections.ts";
import { lackingIn } from "./plan-layout.ts";
import { PlanProblems, type PlanProblem } from "./plan-problem.ts";
import { planType } from "./plan-type.ts";
import { withSignal } from "./with-signal.ts";

const defaultDocumentBytes = 8 * 1024 * 1024;
/** How often a record is read until it is copied and compared: once to be copied, once on each side. */
const readings = 3;
/** What a target surely takes: slower ones are told by the copy's own progress. */
const recordsWrittenPerSecond = 10_000;

export interface PlanOptions {
  /** The model that the target will be opened with, beside the source's own. @default the source's */
  readonly model?: OpenOptions["model"];
  /** As the target will be opened with. @default 8 MiB */
  readonly maxDocumentBytes?: number;
  /** Records that are read at once, from 1 to 10,000. @default 1_000 */
  readonly batch?: number;
  /** Problems that are listed; all are counted. @default 10_000 */
  readonly problemsMost?: number;
  /** Called after each batch. */
  readonly onProgress?: (progress: { readonly looked: number; readonly total: number }) => void;
  /** Ends the plan with ABORTED. */
  readonly signal?: AbortSignal;
}

export interface PlannedCollection {
  readonly tenant: string;
  readonly type: string;
  readonly records: number;
  readonly tombstones: number;
  /** Of the documents' JSON text in UTF-8. */
  readonly bytes: number;
  /** What the target holds of it already. */
  readonly inTarget: number;
}

export interface PlanReport {
  /** Whether nothing stands in the way. */
  readonly ok: boolean;
  /** Ordered by type, then tenant. */
  readonly collections: readonly PlannedCollection[];
  readonly records: number;
  readonly tombstones: number;
  /** Of all documents. */
  readonly bytes: number;
  /** What the target's model will have that it lacks now. */
  readonly added: readonly string[];
  /** What the target's model has that the source's lacks. */
  readonly beyond: readonly string[];
  /** About, from how fast the source was read; a slow target takes longer. */
  readonly estimatedSeconds: number;
  /** How many there are. */
  readonly found: number;
  /** How many of them a copy would fail for. */
  readonly blocking: number;
  readonly problems: readonly PlanProblem[];
}

/**
 * Says what a copy would do, and writes nothing: compares both models, reads and encodes every document as the target
 * would, looks for values that are not unique and references that lead nowhere by the rules that will hold there, and for
 * what the target holds that is not of the source. Without a target (where there is none yet) it is taken for an empty
 * one. Memory is bounded, but for one short text per record of a type that gets a new unique index. What is written
 * meanwhile may be looked at or not. INVALID_CONFIG where both are the same store.
 */
export async function plan(from: Store, to: Store | undefined, options: PlanOptions = {}): Promise<PlanReport> {
  const started = performance.now();
  const batch = checkBatch(options.batch);
  const source = withSignal(from, options.signal);
  const target = to === undefined ? undefined : withSignal(to, options.signal);
  const problems = new PlanProblems(options.problemsMost ?? 10_000);
  if (target !== undefined) {
    await refuseSameStore(source, target);
    await problems.catching(["CONFLICT"], "target", () => refuseForeignTarget(source, target, batch));
  }
  const before = target?.layout ?? { types: [] };
  const layout = joined([before, source.layout, options.model?.layout], problems);
  const all = await collections(source);
  const held = target === undefined ? [] : await collections(target);
  const total = all.reduce((sum, { records }) => sum + records, 0);
  const planned: PlannedCollection[] = [];
  let looked = 0;
  for (const collection of all) {
    const { tenant, type, records, tombstones } = collection;
    const bytes = await planType({
      source: source.tenant(tenant),
      collection,
      layout,
      lift: options.model?.lift ?? liftNothing,
      maxDocumentBytes: options.maxDocumentBytes ?? defaultDocumentBytes,
      batch,
      problems,
      onBatch: (done) => options.onProgress?.({ looked: Math.min(looked + done, total), total }),
    });
    looked += records;
    const inTarget = held.find((each) => each.tenant === tenant && each.type === type)?.records ?? 0;
    planned.push({ tenant, type, records, tombstones, bytes, inTarget });
  }
  const seconds = (readings * (performance.now() - started)) / 1_000 + total / recordsWrittenPerSecond;
  return {
    ok: problems.blocking === 0,
    collections: planned,
    records: total,
    tombstones: planned.reduce((sum, each) => sum + each.tombstones, 0),
    bytes: planned.reduce((sum, each) => sum + each.bytes, 0),
    added: lackingIn(before, layout),
    beyond: lackingIn(source.layout, before),
    estimatedSeconds: Math.ceil(seconds),
    found: problems.found,
    blocking: problems.blocking,
    problems: problems.kept,
  };
}

/** The model that the target will have; where two do not go together, the later one is left out. */
function joined(layouts: readonly (Layout | undefined)[], problems: PlanProblems): Layout {
  let whole: Layout = { types: [] };
  for (const layout of layouts) {
    try {
      if (layout !== undefined) whole = unionLayout(whole, layout);
    } catch (thrown) {
      if (!HoldfastError.is(thrown, "INVALID_MODEL")) throw thrown;
      const { type } = thrown.details;
      const about = typeof type === "string" ? { type } : {};
      problems.add({ kind: "layout", blocks: true, code: "INVALID_MODEL", message: thrown.message, ...about });
    }
  }
  return whole;
}
