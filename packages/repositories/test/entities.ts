import { defineEntity, defineLifecycle, defineModel, workflowLifecycle } from "@holdfast/core";
import { z } from "zod";

const isoDate = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

export const Mission = defineEntity({ name: "Mission", schema: z.object({ name: z.string() }) });

export const Task = defineEntity({
  name: "Task",
  schema: z.object({
    name: z.string(),
    tries: z.number().default(0),
    due: isoDate.optional(),
    tags: z.array(z.string()).default([]),
    missionId: z.string().nullable().default(null),
  }),
  lifecycle: workflowLifecycle,
  indexes: [["status", "createdAt"], ["name"], ["tries"], ["due"]],
  references: { missionId: { to: "Mission", onDelete: "cascade" } },
});

/** No lifecycle. */
export const Note = defineEntity({
  name: "Note",
  schema: z.object({ text: z.string(), pages: z.number().default(1), draft: z.boolean().default(false) }),
  indexes: [["pages"], ["draft"]],
});

/** Holds anything at all, which zod hands on as it is. */
export const Bag = defineEntity({
  name: "Bag",
  schema: z.object({ things: z.unknown() }),
  lifecycle: workflowLifecycle,
});

export const Door = defineEntity({
  name: "Door",
  schema: z.object({ colour: z.string().default("green") }),
  lifecycle: defineLifecycle({
    statuses: ["shut", "open", "gone"],
    initial: "shut",
    events: {
      open: { from: "shut", to: "open" },
      close: { from: "open", to: "shut" },
      tear_down: { from: ["shut", "open"], to: "gone" },
    },
    history: true,
  }),
});

export const model = defineModel([Mission, Task, Note, Bag, Door]);
