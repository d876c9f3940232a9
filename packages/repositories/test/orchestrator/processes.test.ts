import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { openStateStore } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";
import { idsOf } from "./support.ts";

const run = promisify(execFile);
const program = path.join(import.meta.dirname, "../programs/upsert-items.ts");

describe.each(storesUnderTest())("processes that share a state, on $name", (target) => {
  const skipReason = target.sharable ? "" : " (skipped: one process at a time has this store)";
  test.runIf(target.sharable)(
    `each reads, counts and writes in transactions, and nothing is lost${skipReason}`,
    async () => {
      const url = await target.freshUrl();
      await using state = await openStateStore(url);
      await state.startRun("run-1", "daily", {});
      const workers = ["one", "two"];
      await Promise.all(
        workers.map(async (worker) => run(process.execPath, ["--conditions=holdfast-source", program, url, worker])),
      );
      expect(new Set(idsOf(await state.listIntelItemsForRun("run-1"))).size).toBe(20);
      expect((await state.getRun("run-1"))?.notes).toBe("20");
      expect(await state.telemetrySeries("run-1", "items")).toHaveLength(20);
    },
  );
});
