import { defineEntity, workflowLifecycle } from "@holdfast/core";
import type { Store, WorkflowStatus } from "@holdfast/core";
import { claims, Job, repository } from "@holdfast/repositories";
import { z } from "zod";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the two types are the same. */
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): void {}

declare const store: Store;
const Task = defineEntity({
  name: "Task",
  schema: z.object({ name: z.string(), size: z.enum(["s", "l"]).default("s"), due: z.number().optional() }),
  lifecycle: workflowLifecycle,
  indexes: [["size"], ["due"]],
});
const Note = defineEntity({ name: "Note", schema: z.object({ text: z.string() }) });
const tasks = repository(Task, store);
const notes = repository(Note, store);

export async function reads(): Promise<void> {
  const task = await tasks.get("t1");
  same<typeof task, Task | undefined>();
  const sizes = await tasks.countBy("size");
  same<typeof sizes, ReadonlyMap<"s" | "l" | null, number>>();
  const statuses = await tasks.countBy("status");
  same<typeof statuses, ReadonlyMap<WorkflowStatus | null, number>>();
  for await (const each of tasks.each()) same<typeof each.status, WorkflowStatus>();
  await tasks.find({ where: { size: "l", due: { lt: 3 } }, orderBy: [{ field: "updatedAt", direction: "desc" }] });
  // @ts-expect-error a field that is not indexed
  await tasks.find({ where: { name: "a" } });
  // @ts-expect-error a value that the field never has
  await tasks.find({ where: { size: "m" } });
  // @ts-expect-error a misspelt operator
  await tasks.count({ due: { below: 3 } });
  // @ts-expect-error a field that is not indexed cannot order
  await tasks.find({ orderBy: [{ field: "name", direction: "asc" }] });
  // @ts-expect-error a field that is not indexed cannot be counted by
  await tasks.countBy("name");
  // @ts-expect-error a status that does not exist
  await tasks.deleteWhere({ status: "done" });
}
type Task = NonNullable<Awaited<ReturnType<typeof tasks.get>>>;

export async function writes(task: Task): Promise<void> {
  const created = await tasks.create({ name: "a" });
  same<typeof created, Task>();
  await tasks.save({ ...task, name: "b" });
  await tasks.update(task.id, (now) => ({ ...now, due: (now.due ?? 0) + 1 }));
  // @ts-expect-error the name has no default
  await tasks.create({});
  // @ts-expect-error a misspelt field
  await tasks.create({ name: "a", sise: "s" });
  // @ts-expect-error a value of another kind
  await tasks.save({ ...task, due: "soon" });
  // @ts-expect-error a change that leaves a field out
  await tasks.update(task.id, () => ({ size: "s" as const }));
}

export async function steps(task: Task): Promise<void> {
  await tasks.transition(task, "start_work", { patch: { due: 3 }, by: "me", reason: "why not" });
  await tasks.transition({ ...task, name: "edited" }, "start_work");
  await tasks.transition("t1", "cancel_requested");
  const result = await tasks.tryTransition("t1", "start_work");
  if (result.ok) same<typeof result.entity, Task>();
  // @ts-expect-error a misspelt event
  await tasks.transition(task, "start_wrok");
  // @ts-expect-error a status is no event
  await tasks.transition(task, "in_progress");
  // @ts-expect-error a patch of what the lifecycle owns
  await tasks.transition(task, "start_work", { patch: { status: "failed" } });
  // @ts-expect-error a patch of a field that is not there
  await tasks.transition(task, "start_work", { patch: { dew: 3 } });
  // @ts-expect-error an entity without a lifecycle has no events
  await notes.transition("n1", "start_work");
}

export async function ready(): Promise<void> {
  const jobs = repository(Job, store);
  const job = await jobs.create({ name: "a", agentName: "b" });
  same<typeof job.status, WorkflowStatus>();
  same<typeof job.caseIds, string[]>();
  // @ts-expect-error an agent's name is needed
  await jobs.create({ name: "a" });
}

export async function leases(): Promise<void> {
  const desk = claims(Task, store, { owner: "worker" });
  const claim = await desk.claimNext({ where: { size: "s" }, orderBy: [{ field: "createdAt", direction: "asc" }] });
  if (claim !== undefined) {
    same<typeof claim.entity, Task>();
    await claim.repository.transition(claim.entity, "start_work");
    // @ts-expect-error a misspelt event
    await claim.repository.transition(claim.entity, "start_wrok");
  }
  // @ts-expect-error a field that is not there
  await desk.claimNext({ where: { sise: "s" } });
  // @ts-expect-error a claim has an owner
  claims(Task, store, {});
}
