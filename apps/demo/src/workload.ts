import type { EventOf, Store } from "@holdfast/core";
import { Case, Job, repository, type Repository } from "@holdfast/repositories";

import { jobsPerRound, planRound, type CasePlan, type Ending, type JobPlan } from "./plan.ts";

const agentName = "demo agent";
const takenUpPerRound = 5;

type Work = typeof Job | typeof Case;
type WorkEvent = EventOf<Work>;

/** What leads from work under way to each ending. */
const ways: Readonly<Record<Ending, readonly WorkEvent[]>> = {
  completed: ["successfully_done"],
  failed: ["error_encountered"],
  cancelled: ["cancel_requested", "cancel_confirmed"],
  awaiting: ["awaiting_on_input"],
  in_progress: [],
};

/** What was done in one round of work. No times are in it, so it is the same for the same round on every store. */
export interface RoundOfWork {
  readonly round: number;
  readonly jobsStarted: number;
  readonly casesStarted: number;
  /** Jobs of earlier rounds that waited for input, got it and were finished. */
  readonly jobsTakenUp: number;
  readonly stepsAdded: number;
  readonly transitions: number;
}

/**
 * One round of an agent's work on whatever store it is given: it starts jobs and their cases, adds steps, asks for input
 * and gets it, finishes, fails and cancels, and takes up jobs that were left waiting. Its jobs run side by side.
 */
export async function workOneRound(store: Store): Promise<RoundOfWork> {
  const desk = new Desk(store);
  const round = (await desk.jobs.count({ agentName })) / jobsPerRound + 1;
  const order = [{ field: "id", direction: "asc" }] as const;
  const waiting = await desk.jobs.find({ where: { status: "awaiting" }, orderBy: order, limit: takenUpPerRound });
  const plans = planRound(round);
  await Promise.all([...plans.map((plan) => desk.doJob(plan)), ...waiting.items.map((job) => desk.takeUp(job.id))]);
  const { stepsAdded, transitions } = desk;
  const casesStarted = plans.reduce((sum, { cases }) => sum + cases.length, 0);
  const jobsTakenUp = waiting.items.length;
  return { round, jobsStarted: plans.length, casesStarted, jobsTakenUp, stepsAdded, transitions };
}

/** Where the agent works: the store, what it keeps there, and a count of what it did. */
class Desk {
  readonly jobs: Repository<typeof Job>;
  readonly #cases: Repository<typeof Case>;
  readonly #store: Store;
  stepsAdded = 0;
  transitions = 0;

  constructor(store: Store) {
    this.#store = store;
    this.jobs = repository(Job, store);
    this.#cases = repository(Case, store);
  }

  async doJob({ id, name, cases, ending }: JobPlan): Promise<void> {
    const caseIds = cases.map((each) => each.id);
    await this.#store.transaction(async (session) => {
      await this.jobs.in(session).create({ id, name, agentName, caseIds });
      await this.#cases.in(session).saveMany(cases.map((each) => ({ id: each.id, jobId: id, name: each.name })));
    });
    await this.#move(this.jobs, id, ["start_work"]);
    await Promise.all(cases.map((each) => this.#workOn(each)));
    const message = `${cases.length} cases are ${ending}`;
    await this.jobs.update(id, (job) => ({
      ...job,
      responses: [...job.responses, { jobId: id, status: ending, message, payload: { cases: caseIds } }],
    }));
    await this.#move(this.jobs, id, ways[ending]);
  }

  async takeUp(id: string): Promise<void> {
    await this.#move(this.jobs, id, ["input_received"]);
    await this.jobs.transition(id, "successfully_done", { patch: { result: { answeredBy: agentName } } });
    this.transitions += 1;
  }

  async #workOn({ id, costs, asksForInput, ending }: CasePlan): Promise<void> {
    await this.#move(this.#cases, id, ["start_work"]);
    for (const [at, cost] of costs.entries()) {
      const step = { index: at + 1, name: `Step ${at + 1}`, cost, payload: { done: true } };
      await this.#cases.update(id, (now) => ({ ...now, updates: [...now.updates, step] }));
      this.stepsAdded += 1;
      if (asksForInput && at === 0) await this.#move(this.#cases, id, ["awaiting_on_input", "input_received"]);
    }
    const totalCost = costs.reduce((sum, cost) => sum + cost, 0);
    await this.#cases.update(id, (now) => ({ ...now, totalCost, finalDelivery: { ending } }));
    await this.#move(this.#cases, id, ways[ending]);
  }

  async #move(things: Repository<Work>, id: string, events: readonly WorkEvent[]): Promise<void> {
    for (const event of events) {
      await things.transition(id, event);
      this.transitions += 1;
    }
  }
}
