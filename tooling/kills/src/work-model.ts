import { defineEntity, defineModel } from "@holdfast/core";
import { z } from "zod";

/** How far a lane has come: written by each of its steps, together with whatever else the step writes. */
const Lane = defineEntity({
  name: "Lane",
  schema: z.object({ step: z.number(), text: z.string() }),
  indexes: [["step"]],
});

/** What a lane keeps besides, in places that come and go. */
const Note = defineEntity({
  name: "Note",
  schema: z.object({ lane: z.string(), step: z.number(), text: z.string() }),
  indexes: [["lane", "step"]],
  references: { lane: { to: "Lane", onDelete: "cascade" } },
});

/** What all lanes move amounts between: the sum never changes. */
const Account = defineEntity({ name: "Account", schema: z.object({ balance: z.number() }) });

/** What a lane claims now and then. */
export const Task = defineEntity({ name: "Task", schema: z.object({ step: z.number() }) });

export const workModel = defineModel([Lane, Note, Account, Task]);
