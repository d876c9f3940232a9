import { appendTelemetry } from "./append-telemetry.ts";
import * as items from "./intel-items.ts";
import { pruneTelemetry } from "./prune-telemetry.ts";
import * as runs from "./runs.ts";
import { getTelemetry, writeTelemetry } from "./telemetry-document.ts";
import { lastTelemetry, telemetryMetrics, telemetrySeries } from "./telemetry-series.ts";
import { upsertIntelItem, upsertIntelItems } from "./upsert-intel-items.ts";
import type { StateContext } from "./state-context.ts";
import type { RunStart } from "./run-types.ts";
import type { StateSession } from "./state-store-types.ts";
import type { JsonValue, StoreSession } from "@holdfast/core";

/** Runs a call, or refuses it where no more are accepted. */
export type Accept = <T>(call: () => Promise<T>) => Promise<T>;

/** The operations on a store or on an open transaction; each one passes through `accept` first. */
export function stateSession(context: StateContext, accept: Accept): StateSession {
  const { session } = context;
  /** The operation as a method: bound to the context, and accepted before it begins. */
  const method =
    <Given extends readonly unknown[], T>(operation: (context: StateContext, ...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> =>
      accept(() => operation(context, ...given));
  const within = (inner: StoreSession): StateSession => stateSession({ ...context, session: inner }, inTransaction);
  return {
    session,
    startRun: async (first: RunStart | string, runType?: string, settingsSnapshot?: JsonValue) =>
      accept(() => runs.startRun(context, first, runType, settingsSnapshot)),
    finishRun: method(runs.finishRun),
    getRun: method(runs.getRun),
    listRuns: method(runs.listRuns),
    findRuns: method(runs.findRuns),
    countRuns: method(runs.countRuns),
    deleteRun: method(runs.deleteRun),
    upsertIntelItem: method(upsertIntelItem),
    upsertIntelItems: method(upsertIntelItems),
    getIntelItem: method(items.getIntelItem),
    getIntelItems: method(items.getIntelItems),
    listIntelItemsForRun: method(items.listIntelItemsForRun),
    findIntelItems: method(items.findIntelItems),
    countIntelItems: method(items.countIntelItems),
    countByDecision: method(items.countByDecision),
    deleteIntelItem: method(items.deleteIntelItem),
    writeTelemetry: method(writeTelemetry),
    getTelemetry: method(getTelemetry),
    appendTelemetry: method(appendTelemetry),
    telemetrySeries: method(telemetrySeries),
    lastTelemetry: method(lastTelemetry),
    telemetryMetrics: method(telemetryMetrics),
    pruneTelemetry: method(pruneTelemetry),
    transaction: async (work, options) =>
      accept(() => session.transaction(async (inner) => work(within(inner)), options)),
    in: within,
  };
}

/** The transaction itself refuses calls once it has ended. */
const inTransaction: Accept = (call) => call();
