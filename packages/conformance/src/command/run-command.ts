import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { inspect } from "node:util";

import { describeStore } from "../describe-store.ts";
import { describeTransaction } from "../describe-transaction.ts";
import type { StoreTarget } from "../store-target.ts";
import { backendTarget } from "./backend-target.ts";
import { loadBackend } from "./load-backend.ts";
import { nodeRunner } from "./node-runner.ts";
import { planSuite } from "./planned-suite.ts";
import { readArguments, usage } from "./read-arguments.ts";
import type { Asked } from "./read-arguments.ts";
import { runSuite } from "./run-suite.ts";
import { SuiteReport } from "./suite-report.ts";

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs the command with its arguments and answers with the exit code: 0 kept, 1 broken, 2 nothing could be run. */
export async function runCommand(given: readonly string[], { stdout, stderr }: Streams): Promise<0 | 1 | 2> {
  let asked: Asked | undefined;
  let target: StoreTarget;
  try {
    asked = readArguments(given);
    if (asked === undefined) {
      stdout.write(`${usage}\n`);
      return 0;
    }
    target = await targetOf(asked);
  } catch (thrown) {
    stderr.write(`${asked === undefined ? `${messageOf(thrown)}\n\n${usage}` : inspect(thrown)}\n`);
    return 2;
  }
  const started = performance.now();
  const report = new SuiteReport(stdout);
  planSuite(() => register(target, asked));
  await runSuite(report);
  report.finish(target.name, (performance.now() - started) / 1000);
  const { kept, broken, skipped } = report.counts;
  if (broken > 0) return 1;
  if (kept + skipped > 0) return 0;
  stderr.write("no behaviour was run: nothing fits the filter\n");
  return 2;
}

function register(target: StoreTarget, { timeoutMs, filter }: Asked): void {
  const runner = nodeRunner({ timeoutMs, filter });
  describeStore(runner, target);
  describeTransaction(runner, target);
}

async function targetOf({ module, url }: Asked): Promise<StoreTarget> {
  const { backend, freshUrl } = await loadBackend(module);
  const template = url ?? (freshUrl === undefined ? `${backend.name}:{name}` : undefined);
  const fromTemplate = (): string => (template ?? "").replaceAll("{name}", `conformance-${randomUUID()}`);
  return backendTarget(backend, template === undefined && freshUrl !== undefined ? freshUrl : fromTemplate);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
