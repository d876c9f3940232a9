import {
  allowedEvents,
  canTransition,
  defineLifecycle,
  diagramSteps,
  HoldfastError,
  lifecycleLabel,
  nextStatus,
  requireNextStatus,
  startStatuses,
  stateDiagram,
  terminalStatuses,
  transitionEvent,
  validTransitions,
  workflowLifecycle,
} from "@holdfast/core";
import type { WorkflowEvent, WorkflowStatus } from "@holdfast/core";
import { describe, expect, test } from "vitest";

const { statuses } = workflowLifecycle;
const table: readonly (readonly [WorkflowEvent, WorkflowStatus, WorkflowStatus])[] = [
  ["start_work", "stopped", "in_progress"],
  ["successfully_done", "in_progress", "completed"],
  ["awaiting_on_input", "in_progress", "awaiting"],
  ["cancel_requested", "in_progress", "cancelling"],
  ["error_encountered", "in_progress", "failed"],
  ["timeout_or_error", "awaiting", "failed"],
  ["input_received", "awaiting", "in_progress"],
  ["cancel_while_waiting", "awaiting", "cancelling"],
  ["cancel_confirmed", "cancelling", "cancelled"],
];

describe("the workflow lifecycle", () => {
  test("has seven statuses in this order, of which work starts stopped", () => {
    expect(statuses).toEqual(["stopped", "in_progress", "cancelling", "awaiting", "completed", "failed", "cancelled"]);
    expect(workflowLifecycle.initial).toBe("stopped");
    expect(startStatuses(workflowLifecycle)).toEqual(["stopped"]);
  });

  test("allows exactly nine steps, each by its event, of all that can be thought of", () => {
    const events = table.map(([event]) => event);
    for (const status of statuses) {
      for (const event of events) {
        const target = table.find((row) => row[0] === event && row[1] === status)?.[2];
        expect(nextStatus(workflowLifecycle, status, event), `${status} by ${event}`).toBe(target);
      }
      for (const to of statuses) {
        const row = table.find(([, from, target]) => from === status && target === to);
        expect(canTransition(workflowLifecycle, status, to), `${status} to ${to}`).toBe(row !== undefined);
        expect(transitionEvent(workflowLifecycle, status, to)).toBe(row?.[0]);
      }
    }
  });

  test("names the steps that a status allows, in the order declared, and none for a terminal one", () => {
    expect([...validTransitions(workflowLifecycle, "in_progress")]).toEqual([
      ["completed", "successfully_done"],
      ["awaiting", "awaiting_on_input"],
      ["cancelling", "cancel_requested"],
      ["failed", "error_encountered"],
    ]);
    expect(allowedEvents(workflowLifecycle, "cancelling")).toEqual(["cancel_confirmed"]);
    expect(validTransitions(workflowLifecycle, "completed").size).toBe(0);
  });

  test("groups statuses into terminal, running, stopped and anomaly", () => {
    expect(terminalStatuses(workflowLifecycle)).toEqual(["completed", "failed", "cancelled"]);
    expect(workflowLifecycle.running).toEqual(["in_progress", "cancelling", "awaiting"]);
    expect(workflowLifecycle.groups.stopped).toEqual(["stopped", "cancelled", "failed", "completed"]);
    expect(workflowLifecycle.groups.anomaly).toEqual(["cancelling", "cancelled", "failed"]);
  });

  test("refuses a step with what stands against it and what would be allowed", () => {
    const refuse = (): string => requireNextStatus(workflowLifecycle, "awaiting", "successfully_done");
    expect(refuse).toThrow(HoldfastError);
    expect(refuse).toThrow(
      expect.objectContaining({
        code: "ILLEGAL_TRANSITION",
        message:
          'status "awaiting" does not allow the event "successfully_done"; it allows "timeout_or_error", "input_received", "cancel_while_waiting"',
        details: {
          from: "awaiting",
          event: "successfully_done",
          allowed: ["timeout_or_error", "input_received", "cancel_while_waiting"],
        },
      }),
    );
    expect(requireNextStatus(workflowLifecycle, "stopped", "start_work")).toBe("in_progress");
  });

  test("is drawn as a Mermaid diagram: the start, nine steps with their labels, three ends", () => {
    const steps = diagramSteps(workflowLifecycle);
    expect(steps).toHaveLength(13);
    expect(steps[0]).toBe("[*] --> stopped");
    expect(steps[1]).toBe("stopped --> in_progress : Start Work");
    expect(steps.slice(-3)).toEqual(["completed --> [*]", "failed --> [*]", "cancelled --> [*]"]);
    expect(stateDiagram(workflowLifecycle)).toBe(
      ["```mermaid", "stateDiagram-v2", steps.join("\n    "), "```"].join("\n"),
    );
  });

  test("has labels for people", () => {
    expect(statuses.map(lifecycleLabel)).toEqual([
      "Stopped",
      "In Progress",
      "Cancelling",
      "Awaiting",
      "Completed",
      "Failed",
      "Cancelled",
    ]);
  });
});

describe("a lifecycle of one's own", () => {
  const order = defineLifecycle({
    statuses: ["draft", "sent", "paid", "void"],
    initial: "draft",
    events: {
      send: { from: "draft", to: "sent" },
      pay: { from: "sent", to: "paid" },
      cancel: [
        { from: "draft", to: "void" },
        { from: ["sent", "paid"], to: "draft" },
      ],
    },
  });

  test("may let one event leave several statuses, for several targets", () => {
    expect(nextStatus(order, "draft", "cancel")).toBe("void");
    expect(nextStatus(order, "sent", "cancel")).toBe("draft");
    expect(nextStatus(order, "paid", "cancel")).toBe("draft");
    expect(nextStatus(order, "void", "cancel")).toBeUndefined();
  });

  test("counts as running whatever is neither initial nor terminal, and keeps no finishedAt or history", () => {
    expect(order.running).toEqual(["sent", "paid"]);
    expect(order.finishedAt).toBe(false);
    expect(order.history).toBe(false);
  });

  test("starts with the initial status where every status can be entered", () => {
    expect(startStatuses(order)).toEqual(["draft"]);
  });

  test("takes an event named like a property of every object for what it is: unknown", () => {
    const unknown: string = "constructor";
    expect(nextStatus<string, string>(order, "draft", unknown)).toBeUndefined();
  });

  test.each([
    ["a status that stands twice", { statuses: ["a", "a"], initial: "a", events: {} }, '"a" stands twice in statuses'],
    ["an initial status that is none", { statuses: ["a"], initial: "b", events: {} }, '"b" is not one of the statuses'],
    [
      "an event to a status that is none",
      { statuses: ["a"], initial: "a", events: { go: { from: "a", to: "b" } } },
      '"b" is not one of the statuses',
    ],
    [
      "an event with two targets from one status",
      {
        statuses: ["a", "b"],
        initial: "a",
        events: {
          go: [
            { from: "a", to: "b" },
            { from: ["a"], to: "a" },
          ],
        },
      },
      'event "go" is declared twice for status "a"',
    ],
    [
      "a group of statuses that are none",
      { statuses: ["a"], initial: "a", events: {}, groups: { odd: ["c"] } },
      '"c" in "odd" is not a status',
    ],
  ])("refuses %s", (_what, definition, reason) => {
    expect(() => defineLifecycle<string, string, boolean, string>(definition)).toThrow(
      expect.objectContaining({ code: "INVALID_MODEL", message: `a lifecycle cannot be declared so: ${reason}` }),
    );
  });
});
