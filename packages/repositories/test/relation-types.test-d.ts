import { defineEntity } from "@holdfast/core";
import type { EntityOf, Store } from "@holdfast/core";
import { Case, hasMany, Job, jobCases } from "@holdfast/repositories";
import type { ReferenceTo } from "@holdfast/repositories";
import { z } from "zod";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the two types are the same. */
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): void {}

declare const store: Store;
const Team = defineEntity({ name: "Team", schema: z.object({ playerIds: z.array(z.string()).default([]) }) });
const Player = defineEntity({
  name: "Player",
  schema: z.object({
    name: z.string(),
    size: z.number().default(1),
    teamId: z.string().nullable().default(null),
    clubId: z.string(),
    guestOf: z.string().nullable(),
  }),
  indexes: [["size"]],
  references: {
    teamId: { to: "Team", onDelete: "detach", mirror: "playerIds" },
    clubId: { to: "Club", onDelete: "cascade" },
    guestOf: { to: "Team", enforced: false, mirror: "guestIds" },
  },
});

// What refers to the parent, and nothing else; the list that it names must be the parent's.
same<ReferenceTo<typeof Team, typeof Player>, "teamId">();
same<ReferenceTo<typeof Job, typeof Case>, "jobId">();
same<ReferenceTo<typeof Case, typeof Job>, never>();
const players = hasMany(Team, Player, { by: "teamId" });
same<typeof players.by, "teamId">();
// @ts-expect-error a misspelt field
hasMany(Team, Player, { by: "teamid" });
// @ts-expect-error a field that is no reference
hasMany(Team, Player, { by: "size" });
// @ts-expect-error a reference to another entity
hasMany(Team, Player, { by: "clubId" });
// @ts-expect-error a reference whose list the parent does not have
hasMany(Team, Player, { by: "guestOf" });
// @ts-expect-error the ends the wrong way round
hasMany(Case, Job, { by: "jobId" });
// @ts-expect-error without saying by what
hasMany(Job, Case);
hasMany(Job, Case, { by: "jobId", mirror: "caseIds" });
// @ts-expect-error a list that the parent does not have
hasMany(Job, Case, { by: "jobId", mirror: "cases" });

export async function reads(): Promise<void> {
  const relation = players.of(store);
  const page = await relation.children("t1", { where: { size: { gt: 2 } }, limit: 10 });
  same<typeof page.items, readonly EntityOf<typeof Player>[]>();
  for await (const player of relation.each("t1")) same<typeof player.name, string>();
  same<Awaited<ReturnType<typeof relation.counts>>, ReadonlyMap<string, number>>();
  const team = await relation.parent({ teamId: "t1" });
  same<typeof team, EntityOf<typeof Team> | undefined>();
  await relation.parents(page.items);
  // @ts-expect-error a child's field that is not indexed
  await relation.children("t1", { where: { name: "a" } });
  // @ts-expect-error a misspelt field of a condition
  await relation.counts(["t1"], { sise: 3 });
  // @ts-expect-error an order that no index keeps
  await relation.children("t1", { orderBy: [{ field: "name", direction: "asc" }] });
  // @ts-expect-error what says nothing of its parent
  await relation.parent({ name: "a" });
  // @ts-expect-error an operation that is not there
  const siblings: unknown = relation.siblings;
  same<typeof siblings, unknown>();
}

export async function writes(): Promise<void> {
  const player = await players.of(store).create("t1", { name: "a", clubId: "c", guestOf: null });
  same<typeof player, EntityOf<typeof Player>>();
  await players.of(store).detach(player.id);
  await jobCases.of(store).create("j1", { name: "a" });
  // @ts-expect-error the parent is said once
  await jobCases.of(store).create("j1", { name: "a", jobId: "j2" });
  // @ts-expect-error a name is needed
  await jobCases.of(store).create("j1", {});
  // @ts-expect-error a misspelt field
  await jobCases.of(store).createMany("j1", [{ name: "a", descripton: "b" }]);
  // @ts-expect-error a case always has a job
  await jobCases.of(store).detach("c1");
}
