import { defineEntity, defineModel } from "@holdfast/core";
import { Case, hasMany, Job, Mission } from "@holdfast/repositories";
import { z } from "zod";

const ids = z.array(z.string());
const idSet = z.codec(ids, z.set(z.string()), { decode: (list) => new Set(list), encode: (set) => [...set] });

/** Lists its players as a set. */
export const Team = defineEntity({
  name: "Team",
  schema: z.object({ name: z.string(), playerIds: idSet.default(new Set()) }),
});

/** Enforced, and may be free. */
export const Player = defineEntity({
  name: "Player",
  schema: z.object({
    name: z.string(),
    rank: z.number().default(0),
    teamId: z.string().nullable().default(null),
  }),
  indexes: [["rank"]],
  references: { teamId: { to: "Team", onDelete: "detach", mirror: "playerIds" } },
});

/** Kept without a list, and not enforced. */
export const Remark = defineEntity({
  name: "Remark",
  schema: z.object({ text: z.string(), teamId: z.string().max(20) }),
  references: { teamId: { to: "Team", enforced: false } },
});

/** Stands within others of its kind. */
export const Box = defineEntity({
  name: "Box",
  schema: z.object({ withinId: z.string().nullable().default(null), holds: ids.max(3).default([]) }),
  references: { withinId: { to: "Box", onDelete: "cascade", mirror: "holds" } },
});

export const teamPlayers = hasMany(Team, Player, { by: "teamId" });
export const teamRemarks = hasMany(Team, Remark, { by: "teamId" });
export const boxesWithin = hasMany(Box, Box, { by: "withinId" });
export const relationModel = defineModel([Team, Player, Remark, Box, Mission, Job, Case]);
