import { defineEntity, defineModel } from "@holdfast/core";
import { z } from "zod";

/** What there are very many of. `rank` is the place in the order, from 1 on. */
export const Item = defineEntity({
  name: "Item",
  schema: z.object({ status: z.string(), rank: z.number(), text: z.string() }),
  indexes: [["status"], ["rank"]],
});

export const largeModel = defineModel([Item]);

/** How many statuses there are; each comes as often. */
export const statuses = 5;
