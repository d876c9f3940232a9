import { z } from "zod";
import { defineEntity } from "./entity.ts";

/**
 * One step of an entity whose lifecycle keeps a history, written in the same batch as the step. `defineModel` adds it
 * where a lifecycle wants it; `createdAt` says when.
 */
export const Transition = defineEntity({
  name: "Transition",
  schema: z.object({
    entityType: z.string(),
    entityId: z.string(),
    /** The entity's version after the step. */
    entityVersion: z.number(),
    event: z.string(),
    from: z.string(),
    to: z.string(),
    /** Who caused it, where the caller said so. */
    by: z.string().nullable().default(null),
    reason: z.string().nullable().default(null),
  }),
  indexes: [["entityType", "entityId", "entityVersion"]],
});
