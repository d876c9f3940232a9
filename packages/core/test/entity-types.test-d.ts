import { defineEntity, defineLifecycle, workflowLifecycle } from "@holdfast/core";
import type {
  DraftOf,
  EntityOf,
  EventOf,
  FieldOf,
  FieldValueOf,
  OrderByOf,
  PatchOf,
  StatusOf,
  WhereOf,
  WorkflowEvent,
  WorkflowStatus,
} from "@holdfast/core";
import { z } from "zod";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the two types are the same. */
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): void {}

const isoDate = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const Job = defineEntity({
  name: "Job",
  schema: z.object({
    name: z.string(),
    agentName: z.string().default("nobody"),
    priority: z.enum(["low", "high"]).default("low"),
    missionId: z.string().nullable().default(null),
    due: isoDate.optional(),
    tries: z.number().default(0),
    steps: z.array(z.object({ name: z.string(), cost: z.number().default(0) })).default([]),
  }),
  lifecycle: workflowLifecycle,
  indexes: [["status", "createdAt"], { fields: ["agentName", "priority"], unique: true }, ["due"], ["tries"]],
  references: { missionId: { to: "Mission", onDelete: "detach" } },
});
type Job = EntityOf<typeof Job>;

const Note = defineEntity({
  name: "Note",
  schema: z.object({ text: z.string(), status: z.number() }),
  indexes: [["status"]],
});

// An entity is its schema's decoded side, the store's fields and the lifecycle's.
declare const job: Job;
same<typeof job.name, string>();
same<typeof job.due, Date | undefined>();
same<typeof job.missionId, string | null>();
same<typeof job.steps, { name: string; cost: number }[]>();
same<typeof job.id, string>();
same<typeof job.version, number>();
same<typeof job.createdAt, string>();
same<typeof job.status, WorkflowStatus>();
same<typeof job.finishedAt, string | null>();
same<StatusOf<typeof Job>, WorkflowStatus>();
same<(typeof Job)["references"]["missionId"]["to"], "Mission">();
same<keyof (typeof Job)["references"], "missionId">();
same<keyof (typeof Note)["references"], never>();
same<EventOf<typeof Job>, WorkflowEvent>();
same<EventOf<typeof Note>, never>();
same<EntityOf<typeof Note>["status"], number>();
same<
  FieldOf<typeof Job>,
  | "status"
  | "finishedAt"
  | "agentName"
  | "priority"
  | "due"
  | "tries"
  | "missionId"
  | "id"
  | "version"
  | "createdAt"
  | "updatedAt"
>();
same<FieldValueOf<typeof Job, "due">, string | null>();
same<FieldValueOf<typeof Job, "priority">, "low" | "high" | null>();
same<FieldValueOf<typeof Note, "status">, number>();
// @ts-expect-error a field that nothing declares
export const misspelt: unknown = job.nmae;

// A draft may leave out whatever has a default, also within objects; an entity is a draft.
export const short: DraftOf<typeof Job> = { name: "a", steps: [{ name: "first" }] };
export const whole: DraftOf<typeof Job> = job;
export const numbered: DraftOf<typeof Job> = { name: "a", id: "j1", version: 3 };
// @ts-expect-error the name has no default
export const nameless: DraftOf<typeof Job> = {};
// @ts-expect-error a misspelt field of a draft
export const wrongDraft: DraftOf<typeof Job> = { name: "a", agentNmae: "b" };
// @ts-expect-error a status that the lifecycle does not have
export const wrongStatus: DraftOf<typeof Job> = { name: "a", status: "pending" };
// @ts-expect-error without a lifecycle there is no finishedAt
export const wrongFinished: DraftOf<typeof Note> = { text: "a", status: 1, finishedAt: "x" };
export const patch: PatchOf<typeof Job> = { due: new Date(), tries: 1 };
// @ts-expect-error a patch never sets the status
export const wrongPatch: PatchOf<typeof Job> = { status: "failed" };

// Queries know the declared fields, the kinds of their values and the statuses.
export const where: WhereOf<typeof Job> = {
  status: { in: ["failed", "cancelled"] },
  agentName: { startsWith: "a" },
  createdAt: { gte: new Date() },
  or: [{ tries: { gt: 3 } }, { not: { missionId: null } }],
};
// @ts-expect-error a field that is not indexed
export const notIndexed: WhereOf<typeof Job> = { name: "a" };
// @ts-expect-error a misspelt operator
export const wrongOperator: WhereOf<typeof Job> = { tries: { gtt: 3 } };
// @ts-expect-error a status that does not exist
export const noStatus: WhereOf<typeof Job> = { status: "pending" };
// @ts-expect-error a status that does not exist, in a list
export const noStatuses: WhereOf<typeof Job> = { status: { in: ["failed", "pending"] } };
// @ts-expect-error a value of another kind
export const wrongKind: WhereOf<typeof Job> = { tries: "3" };
// @ts-expect-error numbers have no prefix
export const numberPrefix: WhereOf<typeof Job> = { tries: { startsWith: "3" } };
// @ts-expect-error a misspelt field, deep within
export const deep: WhereOf<typeof Job> = { and: [{ or: [{ trise: 3 }] }] };
// @ts-expect-error null where the field is never null
export const neverNull: WhereOf<typeof Note> = { status: null };
export const order: OrderByOf<typeof Job> = { field: "due", direction: "desc" };
// @ts-expect-error a field that is not indexed cannot order
export const wrongOrder: OrderByOf<typeof Job> = { field: "name", direction: "asc" };

const schema = z.object({
  name: z.string(),
  parentId: z.string().nullable(),
  tags: z.array(z.string()),
  cost: z.number(),
});
// @ts-expect-error an index on a misspelt field
defineEntity({ name: "A", schema, indexes: [["nmae"]] });
// @ts-expect-error an index on a list
defineEntity({ name: "A", schema, indexes: [["tags"]] });
// @ts-expect-error an index on a status without a lifecycle
defineEntity({ name: "A", schema, indexes: [["status"]] });
// @ts-expect-error a misspelt field in a unique index
defineEntity({ name: "A", schema, indexes: [{ fields: ["nmae"], unique: true }] });
// @ts-expect-error a misspelt reference field
defineEntity({ name: "A", schema, references: { parentIdd: { to: "A", onDelete: "cascade" } } });
// @ts-expect-error a reference that holds a number
defineEntity({ name: "A", schema, references: { cost: { to: "A", onDelete: "cascade" } } });
// @ts-expect-error an enforced reference says what a delete does
defineEntity({ name: "A", schema, references: { parentId: { to: "A" } } });
// @ts-expect-error a rule that does not exist
defineEntity({ name: "A", schema, references: { parentId: { to: "A", onDelete: "explode" } } });
defineEntity({ name: "A", schema, references: { parentId: { to: "A", enforced: false, mirror: "tags" } } });
// @ts-expect-error a mirror is the name of one field
defineEntity({ name: "A", schema, references: { parentId: { to: "A", enforced: false, mirror: ["tags"] } } });
// @ts-expect-error a schema is an object's
defineEntity({ name: "A", schema: z.string() });

const light = defineLifecycle({
  statuses: ["red", "green"],
  initial: "red",
  events: { go: { from: "red", to: "green" }, stop: [{ from: ["green"], to: "red" }] },
});
same<(typeof light.statuses)[number], "red" | "green">();
same<(typeof light.edges)[number]["event"], "go" | "stop">();
same<(typeof light)["finishedAt"], false>();
const Lamp = defineEntity({ name: "Lamp", schema: z.object({}), lifecycle: light });
same<FieldOf<typeof Lamp>, "status" | "id" | "version" | "createdAt" | "updatedAt">();
same<EntityOf<typeof Lamp>["status"], "red" | "green">();
// @ts-expect-error this lifecycle keeps no finishedAt
export const unfinished: unknown = ({} as EntityOf<typeof Lamp>).finishedAt;
// @ts-expect-error a status that is not declared
defineLifecycle({ statuses: ["red"], initial: "red", events: { go: { from: "red", to: "green" } } });
// @ts-expect-error an initial status that is not declared
defineLifecycle({ statuses: ["red"], initial: "green", events: {} });
