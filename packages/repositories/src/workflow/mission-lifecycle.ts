import { defineLifecycle } from "@holdfast/core";

/** The lifecycle of missions, which people plan, interrupt and call off. `finishedAt` is set at either end. */
export const missionLifecycle = defineLifecycle({
  statuses: ["draft", "in_progress", "on_hold", "completed", "cancelled"],
  initial: "draft",
  events: {
    start: { from: "draft", to: "in_progress" },
    hold: { from: "in_progress", to: "on_hold" },
    resume: { from: "on_hold", to: "in_progress" },
    complete: { from: "in_progress", to: "completed" },
    cancel: { from: ["draft", "in_progress", "on_hold"], to: "cancelled" },
  },
  running: ["in_progress"],
  finishedAt: true,
});

export type MissionStatus = (typeof missionLifecycle.statuses)[number];
export type MissionEvent = (typeof missionLifecycle.edges)[number]["event"];
