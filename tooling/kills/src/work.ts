import type { NewRecord, Store, StoreSession, WriteOp } from "@holdfast/core";
import { claims } from "@holdfast/repositories";
import { setTimeout as delay } from "node:timers/promises";

import { accounts, firstBalance, laneId, stepOf, taskId } from "./steps.ts";
import type { Plan, Step } from "./steps.ts";
import { Task } from "./work-model.ts";

/** Shorter than it takes to start the process that goes on behind a killed one. In milliseconds. */
const leaseMs = 50;

/** Makes in one batch what lanes share, where it is not there. */
export async function setUp(store: Store, { lanes }: Plan): Promise<void> {
  const tasks = Array.from({ length: lanes }, (_each, lane) => put("Task", taskId(lane), { step: 0 }));
  const shared = [...accounts.map((id) => put("Account", id, { balance: firstBalance })), ...tasks];
  await store.write(shared.map((record): WriteOp => ({ put: record, expect: "absent" })));
}

/** How far each lane has come. */
export async function reachedIn(store: StoreSession, { lanes }: Plan): Promise<readonly number[]> {
  const ids = Array.from({ length: lanes }, (_each, lane) => laneId(lane));
  const found = await store.get("Lane", ids);
  return found.map((record) => Number(record?.body["step"] ?? 0));
}

/** Does a lane's steps behind `reached`, one after the other, up to `last`; tells of each that the store acknowledged. */
export async function workLane(
  store: Store,
  plan: Plan,
  { lane, reached, last, done }: { lane: number; reached: number; last: number; done: (step: number) => void },
): Promise<void> {
  for (let number = reached + 1; number <= last; number++) {
    await doStep(store, lane, stepOf(plan, lane, number));
    done(number);
  }
}

async function doStep(store: Store, lane: number, step: Step): Promise<void> {
  switch (step.kind) {
    case "save":
      return written(store, [marker(lane, step)]);
    case "batch":
      return written(store, [marker(lane, step), ...notesOf(lane, step)]);
    case "transfer":
      return store.transaction((session) => transfer(session, lane, step), { timeoutMs: 60_000 });
    case "claim":
      return workClaimed(store, lane, step);
    default:
      return step satisfies never;
  }
}

function notesOf(lane: number, step: Extract<Step, { kind: "batch" }>): readonly WriteOp[] {
  const { number, text } = step;
  const body = { lane: laneId(lane), step: number, text };
  return [
    ...step.puts.map((id): WriteOp => ({ put: put("Note", id, body), expect: "any" })),
    ...step.deletes.map((id): WriteOp => ({ delete: { type: "Note", id }, expect: "any" })),
  ];
}

class Undone extends Error {}

async function transfer(session: StoreSession, lane: number, step: Extract<Step, { kind: "transfer" }>): Promise<void> {
  const found = await session.get("Account", [step.from, step.to]);
  const [from = 0, to = 0] = found.map((account) => Number(account?.body["balance"]));
  if (step.undoes) await undo(session, lane);
  await written(session, [
    { put: put("Account", step.from, { balance: from - step.amount }), expect: "present" },
    { put: put("Account", step.to, { balance: to + step.amount }), expect: "present" },
    marker(lane, step),
  ]);
}

async function undo(session: StoreSession, lane: number): Promise<void> {
  const body = { lane: laneId(lane), step: -1, text: "undone" };
  try {
    await session.transaction(async (inner) => {
      await inner.write([{ put: put("Note", `undone-${lane}`, body), expect: "any" }]);
      throw new Undone();
    });
  } catch (thrown) {
    if (!(thrown instanceof Undone)) throw thrown;
  }
}

/** A killed process's lease runs out by itself. */
async function workClaimed(store: Store, lane: number, step: Step): Promise<void> {
  const desk = claims(Task, store, { owner: `process ${process.pid}`, leaseMs, autoRenew: false });
  for (;;) {
    const claim = await desk.claim(taskId(lane));
    if (claim !== undefined) {
      const task = put("Task", taskId(lane), { step: step.number });
      await written(claim.session, [{ put: task, expect: "present" }, marker(lane, step)]);
      await claim.release();
      return;
    }
    await delay(5);
  }
}

/** Each step writes its lane's record once: its version is the step's number, so a step is never done twice. */
function marker(lane: number, { number, text }: Step): WriteOp {
  const record = put("Lane", laneId(lane), { step: number, text });
  return { put: record, expect: number === 1 ? "absent" : number - 1 };
}

function put(type: string, id: string, body: NewRecord["body"]): NewRecord {
  return { type, id, documentVersion: 1, body };
}

async function written(session: Pick<StoreSession, "write">, ops: readonly WriteOp[]): Promise<void> {
  const results = await session.write(ops);
  const refused = results.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(`a write was refused: ${JSON.stringify(refused).slice(0, 300)}`);
}
