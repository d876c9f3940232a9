/** The documents that are moved: each follows from its number alone, so that as many are the same wherever they are made. */
import { defineEntity, defineModel, type WriteOp } from "@holdfast/core";
import { z } from "zod";

const Mission = defineEntity({
  name: "Mission",
  schema: z.object({ name: z.string(), open: z.boolean() }),
  indexes: [{ fields: ["name"], unique: true }],
});

const Job = defineEntity({
  name: "Job",
  schema: z.object({
    missionId: z.string().nullable(),
    status: z.string(),
    rank: z.number(),
    text: z.string(),
    steps: z.array(z.object({ name: z.string(), cost: z.number() })),
  }),
  indexes: [["status"], ["rank"]],
  references: { missionId: { to: "Mission", onDelete: "detach" } },
});

export const movedModel = defineModel([Mission, Job]);

/** A type that no model declares. */
export const undeclared = "Note";

/** Jobs of one mission, on the average. */
const jobsOfMission = 100;
const textBytes = 180;
/** What a backend that is careless with texts loses or changes. */
const rareTexts = ["\u0000", "\ud800", "\ufeff", "\\N", "\\.", "a\tb\nc\r\\", "😀", "__proto__", "'\"", "\u001e"];

export const missionsOf = (documents: number): number => Math.ceil(documents / jobsOfMission);

/** The op that makes the mission of this number, from 0 on. */
export function missionOp(at: number): WriteOp {
  const body = { name: `${rareTexts[at % rareTexts.length] ?? ""} mission ${at}`, open: at % 2 === 0 };
  return { put: { type: Mission.name, id: `mission-${at}`, documentVersion: 1, body }, expect: "absent" };
}

/** The op that makes the job of this number, from 0 on; every tenth is a note instead, of no declared type. */
export function documentOp(at: number, missions: number): WriteOp {
  if (at % 10 === 9) {
    const body = { about: at, text: rareTexts[at % rareTexts.length] ?? "" };
    return { put: { type: undeclared, id: `note-${at}`, documentVersion: 1, body }, expect: "absent" };
  }
  const body = {
    missionId: at % 7 === 0 ? null : `mission-${(at * 31) % missions}`,
    status: `status-${at % 5}`,
    rank: at % 3 === 0 ? at / 3 : -at,
    text: `${rareTexts[at % 97] ?? ""}${at} `.padEnd(textBytes, "lorem ipsum "),
    steps: [{ name: "one", cost: at * 1e-7 }],
  };
  // Not in the order of their making, as ids that are random are not.
  return {
    put: { type: Job.name, id: `job-${(at * 7_919) % 10_000_019}`, documentVersion: 1, body },
    expect: "absent",
  };
}

/** Of the documents of this number, which are deleted again. */
export const isDeleted = (at: number): boolean => at % 50 === 9;
