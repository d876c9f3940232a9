import {
  canTransition,
  diagramEdges,
  diagramEnds,
  diagramStart,
  diagramSteps,
  isInGroup,
  isRunning,
  isTerminal,
  lifecycleLabel,
  nextStatus,
  requireTransitionEvent,
  startStatuses,
  stateDiagram,
  terminalStatuses,
  transitionEvent,
  transitionTable,
  validTransitions,
  workflowLifecycle,
} from "@holdfast/core";
import { EntityLifecycle } from "@holdfast/repositories";
import { describe, expect, test } from "vitest";

const stamps = { now: () => 1_795_312_984_123_456 };
const stopped = { id: "e1", name: "N", status: "stopped", finishedAt: null } as const;

const statusRows = [
  ["stopped", "Stopped", true, false, false],
  ["in_progress", "In Progress", false, true, false],
  ["cancelling", "Cancelling", false, true, true],
  ["awaiting", "Awaiting", false, true, false],
  ["completed", "Completed", true, false, false],
  ["failed", "Failed", true, false, true],
  ["cancelled", "Cancelled", true, false, true],
] as const;
const allowedRows = [
  ["stopped", "in_progress", true],
  ["in_progress", "completed", true],
  ["in_progress", "awaiting", true],
  ["awaiting", "in_progress", true],
  ["stopped", "completed", false],
  ["completed", "in_progress", false],
  ["cancelling", "awaiting", false],
] as const;
const eventRows = [
  ["stopped", "start_work", "in_progress"],
  ["in_progress", "successfully_done", "completed"],
  ["in_progress", "awaiting_on_input", "awaiting"],
  ["awaiting", "input_received", "in_progress"],
  ["stopped", "successfully_done", undefined],
  ["completed", "start_work", undefined],
] as const;

describe("the lifecycle of the original system", () => {
  test.each([...statusRows])(
    "%s is called %s and is in its groups, and in no other",
    (status, label, isStopped, runs, isAnomaly) => {
      expect(lifecycleLabel(status)).toBe(label);
      expect(isInGroup(workflowLifecycle, "stopped", status)).toBe(isStopped);
      expect(isRunning(workflowLifecycle, status)).toBe(runs);
      expect(isInGroup(workflowLifecycle, "anomaly", status)).toBe(isAnomaly);
      expect(isTerminal(workflowLifecycle, status)).toBe(["completed", "failed", "cancelled"].includes(status));
    },
  );

  test("four steps lead on from work in progress, one from stopped work, and none from what is completed", () => {
    expect(validTransitions(workflowLifecycle, "in_progress").size).toBe(4);
    expect(validTransitions(workflowLifecycle, "stopped").size).toBe(1);
    expect(validTransitions(workflowLifecycle, "completed").size).toBe(0);
  });

  test.each([...allowedRows])("whether %s may become %s is known beforehand: %s", (from, to, allowed) => {
    expect(canTransition(workflowLifecycle, from, to)).toBe(allowed);
  });

  test("the reason of a step is its event, and of one that is not allowed there is none", () => {
    expect(transitionEvent(workflowLifecycle, "stopped", "in_progress")).toBe("start_work");
    expect(transitionEvent(workflowLifecycle, "stopped", "completed")).toBeUndefined();
    expect(requireTransitionEvent(workflowLifecycle, "stopped", "in_progress")).toBe("start_work");
    expect(() => requireTransitionEvent(workflowLifecycle, "stopped", "completed")).toThrow(
      'status "stopped" does not lead to "completed"; it leads to "in_progress"',
    );
    expect(() => requireTransitionEvent(workflowLifecycle, "failed", "completed", { type: "Job", id: "e1" })).toThrow(
      expect.objectContaining({
        code: "ILLEGAL_TRANSITION",
        details: { type: "Job", id: "e1", from: "failed", to: "completed", allowed: [] },
      }),
    );
  });

  test.each([...eventRows])("%s, by the event %s, becomes %s", (status, event, to) => {
    expect(nextStatus(workflowLifecycle, status, event)).toBe(to);
  });

  test("all of it is one table: for each status where it may go, and by which event", () => {
    const table = [...transitionTable(workflowLifecycle)].map(([status, to]) => [status, Object.fromEntries(to)]);
    expect(Object.fromEntries(table)).toEqual({
      stopped: { in_progress: "start_work" },
      in_progress: {
        completed: "successfully_done",
        awaiting: "awaiting_on_input",
        cancelling: "cancel_requested",
        failed: "error_encountered",
      },
      cancelling: { cancelled: "cancel_confirmed" },
      awaiting: { failed: "timeout_or_error", in_progress: "input_received", cancelling: "cancel_while_waiting" },
      completed: {},
      failed: {},
      cancelled: {},
    });
    expect(table.map(([status]) => status)).toEqual(workflowLifecycle.statuses);
  });

  test("its diagram has thirteen lines: one start, nine steps, three ends", () => {
    const steps = [
      "[*] --> stopped",
      "stopped --> in_progress : Start Work",
      "in_progress --> completed : Successfully Done",
      "in_progress --> awaiting : Awaiting On Input",
      "in_progress --> cancelling : Cancel Requested",
      "in_progress --> failed : Error Encountered",
      "awaiting --> failed : Timeout Or Error",
      "awaiting --> in_progress : Input Received",
      "awaiting --> cancelling : Cancel While Waiting",
      "cancelling --> cancelled : Cancel Confirmed",
      "completed --> [*]",
      "failed --> [*]",
      "cancelled --> [*]",
    ];
    expect(diagramSteps(workflowLifecycle)).toEqual(steps);
    expect(diagramStart(workflowLifecycle)).toBe(steps[0]);
    expect(diagramEdges(workflowLifecycle)).toEqual(steps.slice(1, 10));
    expect(diagramEnds(workflowLifecycle)).toEqual(steps.slice(10));
  });

  test("its diagram stands between fences, ready for a page", () => {
    const lines = stateDiagram(workflowLifecycle).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "```mermaid",
      "stateDiagram-v2",
      "[*] --> stopped",
      "    stopped --> in_progress : Start Work",
    ]);
    expect(lines.at(-1)).toBe("```");
    expect(lines).toHaveLength(16);
  });

  test("it has three ends, from which nothing leads on", () => {
    expect(terminalStatuses(workflowLifecycle)).toEqual(["completed", "failed", "cancelled"]);
    for (const end of terminalStatuses(workflowLifecycle)) {
      expect(validTransitions(workflowLifecycle, end).size).toBe(0);
    }
  });

  test("it has one start, which is stopped", () => {
    expect(startStatuses(workflowLifecycle)).toEqual(["stopped"]);
  });
});

describe("an entity in memory", () => {
  test("takes a step that is allowed, and has not finished", () => {
    const step = EntityLifecycle.transition(stopped, "in_progress", { stamps });
    expect(step).toMatchObject({ ok: true, entity: { status: "in_progress", finishedAt: null } });
  });

  test("stays as it is where a step is not allowed, and says why", () => {
    const step = EntityLifecycle.transition(stopped, "completed", { stamps });
    expect(step).toMatchObject({ ok: false, error: { code: "ILLEGAL_TRANSITION" } });
    expect(stopped.status).toBe("stopped");
  });

  test("has finished when it reaches an end", () => {
    const step = EntityLifecycle.transition({ ...stopped, status: "in_progress" }, "completed", { stamps });
    expect(step).toMatchObject({ ok: true, entity: { finishedAt: "2026-11-22T02:03:04.123456Z" } });
  });

  test("takes a step by an event", () => {
    const step = EntityLifecycle.handleEvent(stopped, "start_work", { stamps });
    expect(step).toMatchObject({ ok: true, entity: { status: "in_progress" } });
  });

  test("stays as it is where an event means nothing to it", () => {
    const step = EntityLifecycle.handleEvent(stopped, "cancel_confirmed", { stamps });
    expect(step).toMatchObject({ ok: false, error: { details: { from: "stopped", event: "cancel_confirmed" } } });
  });

  test("goes a whole way status by status", () => {
    expect(wayOf((at) => [at.next, EntityLifecycle.transition(at.entity, at.next, { stamps })])).toBe("completed");
  });

  test("goes the same way event by event", () => {
    expect(
      wayOf((at) => {
        const event = requireTransitionEvent(workflowLifecycle, at.entity.status, at.next);
        return [at.next, EntityLifecycle.handleEvent(at.entity, event, { stamps })];
      }),
    ).toBe("completed");
  });
});

interface Held {
  readonly id: string;
  readonly status: (typeof workflowLifecycle.statuses)[number];
  readonly finishedAt: string | null;
}
interface At {
  readonly entity: Held;
  readonly next: Held["status"];
}

/** Where one arrives who goes from stopped through these statuses. */
function wayOf(step: (at: At) => readonly [Held["status"], { readonly ok: boolean }]): string {
  let entity: Held = stopped;
  for (const next of ["in_progress", "awaiting", "in_progress", "completed"] as const) {
    const [to, result] = step({ entity, next });
    expect(result).toMatchObject({ ok: true, entity: { status: to } });
    entity = { ...entity, status: to };
  }
  return entity.status;
}
