import { defineEntity, defineLifecycle, defineModel } from "@holdfast/core";
import { z } from "zod";
import { nextStatus, statuses } from "../document.ts";

const fields = {
  name: z.string(),
  parentId: z.string(),
  steps: z.array(z.object({ index: z.number(), name: z.string(), cost: z.number(), note: z.string() })),
};

export const entityName = "Document";

const indexes = [["parentId"], ["status", "updatedAt"]] as const;

/** Documents whose status is a field as any other. */
export const PlainDocument = defineEntity({
  name: entityName,
  schema: z.object({ ...fields, status: z.string() }),
  indexes,
});

/** The same with a lifecycle: a ring of statuses. */
export const MovingDocument = defineEntity({
  name: entityName,
  schema: z.object(fields),
  lifecycle: defineLifecycle({
    statuses,
    initial: statuses[0],
    events: { advance: statuses.map((from) => ({ from, to: nextStatus(from) })) },
  }),
  indexes,
});

export const models = {
  plain: defineModel([PlainDocument]),
  lifecycle: defineModel([MovingDocument]),
};
