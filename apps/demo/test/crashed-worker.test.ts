import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { openStore } from "@holdfast/connect";
import { claims, Job, workflowModel } from "@holdfast/repositories";
import { expect, test } from "vitest";

import { durableStores, freshUrl } from "./places.ts";

const program = fileURLToPath(new URL("programs/worker.ts", import.meta.url));

test.each(durableStores)(
  "work on %s that a killed worker left behind is taken over, and finished once",
  async (name) => {
    const url = await freshUrl(name);
    const worker = spawn(process.execPath, ["--conditions=holdfast-source", "--no-warnings", program, url], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(worker, "exit");
    try {
      expect(await once(createInterface(worker.stdout), "line")).toEqual(["job-1"]);
    } finally {
      worker.kill("SIGKILL");
    }
    await ended;

    await using store = await openStore(url, { model: workflowModel });
    const desk = claims(Job, store, { owner: "second worker" });
    await expect.poll(() => desk.holder("job-1"), { timeout: 60_000, interval: 10 }).toBeUndefined();
    await using claim = await desk.claimNext({ where: { status: "in_progress" } });
    expect(claim?.entity.id).toBe("job-1");
    expect(await claim?.repository.transition("job-1", "successfully_done")).toMatchObject({ status: "completed" });
  },
);
