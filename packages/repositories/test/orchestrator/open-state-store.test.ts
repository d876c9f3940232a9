import { defineModel } from "@holdfast/core";
import { Job, openStateStore, orchestratorModel, repository, workflowModel } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failureOf } from "../support.ts";
import { idsOf } from "./support.ts";

afterEach(() => vi.unstubAllEnvs());

describe.each(storesUnderTest())("opening the state of an orchestrator, on $name", (target) => {
  test("without a URL it is that of the environment", async () => {
    vi.stubEnv("HOLDFAST_STORE", await target.freshUrl());
    await using state = await openStateStore();
    expect(await state.startRun("run-1", "daily", {})).toMatchObject({ id: "run-1" });
  });

  test("a store that somebody else opened stays open when the state is closed", async () => {
    await using store = await target.open({ model: orchestratorModel });
    {
      await using state = await openStateStore(store);
      await state.startRun("run-1", "daily", {});
    }
    expect(await store.count("Run")).toBe(1);
    const state = await openStateStore(store);
    await state.close();
    expect((await failureOf(state.getRun("run-1"))).code).toBe("STORE_CLOSED");
  });

  test("tenants have states of their own", async () => {
    await using store = await target.open({ model: orchestratorModel });
    const [one, other] = [await openStateStore(store.tenant("one")), await openStateStore(store.tenant("other"))];
    await one.startRun("run-1", "daily", {});
    await other.startRun("run-1", "weekly", {});
    expect(idsOf(await one.listRuns({ runType: "daily" }))).toEqual(["run-1"]);
    expect(await one.deleteRun("run-1")).toBe(true);
    expect(idsOf(await other.listRuns())).toEqual(["run-1"]);
  });

  test("other entities live in the same store, and take part in its transactions", async () => {
    const model = defineModel([...orchestratorModel.entities, ...workflowModel.entities]);
    await using state = await openStateStore(await target.freshUrl(), { model });
    await state.transaction(async (inside) => {
      await repository(Job, inside.session).create({ id: "job-1", name: "Scan", agentName: "scout" });
      await inside.startRun("run-1", "daily", { jobId: "job-1" });
    });
    expect(await repository(Job, state.store).get("job-1")).toMatchObject({ name: "Scan" });
    const failed = state.store.transaction(async (session) => {
      await repository(Job, session).delete("job-1");
      await state.in(session).deleteRun("run-1");
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await state.getRun("run-1")).toMatchObject({ settingsSnapshot: { jobId: "job-1" } });
    expect(await repository(Job, state.store).count()).toBe(1);
  });

  test("a store without runs and items is refused, and one that was opened for it is closed again", async () => {
    await using store = await target.open({ model: workflowModel });
    expect(await failureOf(openStateStore(store))).toMatchObject({
      code: "INVALID_MODEL",
      details: { missing: ["Run", "IntelItem", "Telemetry", "TelemetryChunk"] },
    });
    const url = await target.freshUrl();
    expect((await failureOf(openStateStore(url, { model: workflowModel }))).code).toBe("INVALID_MODEL");
    await using free = await openStateStore(url);
    expect(await free.listRuns()).toEqual([]);
  });
});

test("a path without its backend is told how to be written", async () => {
  const error = await failureOf(openStateStore("./data/orchestrator.db"));
  expect(error.code).toBe("INVALID_CONFIG");
  expect(error.message).toContain("sqlite:./data/orchestrator.db");
});
