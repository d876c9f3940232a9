import { chainedGroups, stateOf, withoutFooting } from "./chained-groups.ts";
import type { Chain } from "./chained-groups.ts";
import type { Driver, DriverGroup, GroupResult } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";
import type { Deadline } from "./store/deadline.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { fillRound } from "./fill-round.ts";
import type { Answer, Ready, Waiting } from "./fill-round.ts";
import { backOff, isTransient } from "./store/retry.ts";
import { Turnstile } from "./store/turnstile.ts";
import { TurnShare } from "./turn-share.ts";
import { WritesInTurn } from "./writes-in-turn.ts";

const triesMost = 10;
/** Writes that are awaited one after another have so much of a turn of the event loop at most, in milliseconds. */
const loneTurnMs = 1;

/** What a round fails with whichever groups are in it, so that doing them one by one would fail as often. */
const codesOfAll: ReadonlySet<ErrorCode> = new Set([
  "STORE_CLOSED",
  "STORE_LOCKED",
  "STORE_BUSY",
  "STORE_FULL",
  "STORE_READ_ONLY",
  "STORE_CORRUPT",
  "STORE_UNAVAILABLE",
  "STORE_MOVED",
]);

export interface GroupCommitParts extends Pick<Driver, "apply" | "applyAtOnce" | "applyInTurn"> {
  /** Where rounds come by the transactions of the same store. @default one of its own */
  readonly turnstile?: Turnstile;
  /** Of the thread, for lone writes. */
  readonly share?: TurnShare;
}

/**
 * Joins the writes that wait when the writer becomes free into one round with one sync. Each keeps its own results and
 * its place in the order of arrival; when a round fails, its groups are done one by one, so that a bad one fails alone.
 */
export class GroupCommit {
  readonly #driver: Pick<Driver, "apply" | "applyAtOnce">;
  readonly #turnstile: Turnstile;
  readonly #waiting: Waiting[] = [];
  readonly #share: TurnShare;
  readonly #inTurn: WritesInTurn | undefined;
  #isRunning = false;
  #wasLone = false;
  #finished: Promise<void> = Promise.resolve();

  constructor({
    turnstile = new Turnstile(),
    share = new TurnShare(loneTurnMs),
    applyInTurn,
    ...driver
  }: GroupCommitParts) {
    this.#driver = driver;
    this.#turnstile = turnstile;
    this.#share = share;
    const parts = { turnstile, queue: this.#waiting };
    this.#inTurn = applyInTurn && new WritesInTurn({ ...parts, applyInTurn });
  }

  /**
   * Queues a group now, even where it is still being encoded; leaves the queue when the deadline comes first. `chain`:
   * which earlier one it is built on, so that it is done in the same round as that, but never without it.
   */
  submit(group: DriverGroup | Promise<DriverGroup>, deadline: Deadline, chain?: Chain): Promise<GroupResult> {
    if (group instanceof Promise) group.catch(() => undefined);
    return this.#queue({ group }, deadline, chain);
  }

  #queue(task: Waiting["task"], deadline: Deadline, chain?: Chain): Promise<GroupResult> {
    return new Promise((resolve, reject) => {
      const answer = chain === undefined ? { resolve, reject } : answerIn(chain, { resolve, reject });
      const waiting: Waiting = { task, deadline, chain, ...answer };
      this.#waiting.push(waiting);
      if (deadline.canBeReached) deadline.whenReached((error) => this.#leave(waiting, error));
      if (this.#isRunning) return;
      this.#isRunning = true;
      this.#finished = this.#run();
    });
  }

  /** Queues something that takes a turn of its own, among the rounds. */
  submitAlone(run: () => Promise<GroupResult>, deadline: Deadline): Promise<GroupResult> {
    return this.#queue({ run }, deadline);
  }

  /** Resolves when every group that was queued so far has its result. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#finished;
  }

  #leave(waiting: Waiting, error: unknown): void {
    const at = this.#waiting.indexOf(waiting);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    waiting.reject(error);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await (this.#isLone() ? this.#share.take() : eventLoopTurn());
      const inTurn = this.#inTurn?.take() ?? [];
      if (inTurn.length > 0) {
        await this.#settleInTurn(inTurn);
        continue;
      }
      const taken = this.#takeRound();
      const round = taken instanceof Promise ? await taken : taken;
      const [first] = round;
      if (first === undefined || (round.length === 1 && this.#settlesAtOnce(first))) continue;
      await this.#settle(round);
    }
    this.#isRunning = false;
  }

  /** Whether nobody is likely to join: one write alone, which no other is built on, behind another that was alone. */
  #isLone(): boolean {
    return this.#wasLone && this.#waiting.length === 1 && this.#waiting[0]?.chain === undefined;
  }

  /** The groups at the head of the queue, as far as one round goes. Taken ones no longer heed their deadlines. */
  #takeRound(): readonly Ready[] | Promise<readonly Ready[]> {
    const round = fillRound(this.#waiting);
    if (round.length > 0) {
      if (round.length === 1) this.#waiting.shift();
      else this.#waiting.splice(0, round.length);
      return round;
    }
    const head = this.#waiting.shift();
    return head === undefined ? [] : this.#takeAlone(head);
  }

  async #takeAlone(head: Waiting): Promise<readonly Ready[]> {
    const group = await settledAlone(head);
    return group === undefined ? [] : [{ group, waiting: head }];
  }

  /** Whether a write that is alone in its round has its answer already: most databases do one without waiting for anything. */
  #settlesAtOnce(ready: Ready): boolean {
    const { group, waiting } = ready;
    if (!isLive(ready)) return true;
    if (this.#driver.applyAtOnce === undefined || !this.#turnstile.isOpen) return false;
    try {
      const result = this.#driver.applyAtOnce(group);
      if (result === undefined) return false;
      this.#wasLone = this.#waiting.length === 0;
      waiting.resolve(result);
    } catch (thrown) {
      waiting.reject(thrown);
    }
    return true;
  }

  async #settleInTurn(first: readonly Ready[]): Promise<void> {
    this.#wasLone = false;
    await this.#settle((await this.#inTurn?.settle(first)) ?? first);
  }

  async #settle(round: readonly Ready[]): Promise<void> {
    const live = round.filter(isLive);
    if (live.length === 0) return;
    try {
      const results = await this.#tryRound(live);
      this.#wasLone = live.length === 1 && this.#waiting.length === 0;
      live.forEach(({ waiting }, at) => waiting.resolve(results[at] ?? []));
    } catch (thrown) {
      const isOfAll = HoldfastError.is(thrown) && (thrown.outcome !== "none" || codesOfAll.has(thrown.code));
      const wasGivenUp = live.some(({ waiting }) => waiting.deadline.error !== undefined);
      if (wasGivenUp && !isOfAll) await this.#settle(live);
      else if (live.length === 1 || isOfAll) for (const { waiting } of live) waiting.reject(thrown);
      else for (const each of live) await this.#settle([each]);
    }
  }

  /** One deadline ends the whole round, unless it commits already; the groups of the others are then done again. */
  async #tryRound(round: readonly Ready[]): Promise<readonly GroupResult[]> {
    const signal = firstSignal(round);
    const groups = chainedGroups(round);
    const deadline = round[0]?.waiting.deadline;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#turnstile.pass(tries, () => this.#driver.apply(groups, signal), deadline);
      } catch (thrown) {
        if (!isTransient(thrown) || tries >= triesMost) throw thrown;
        await backOff(tries, deadline);
      }
    }
  }
}

/** The same answer, of which those learn first that are built on it. */
function answerIn({ own }: Chain, { resolve, reject }: Answer): Answer {
  return {
    resolve(result) {
      own.state = stateOf(result);
      resolve(result);
    },
    reject(error) {
      own.state = "failed";
      reject(error);
    },
  };
}

/** Aborts when the first of the deadlines is reached; undefined where none can be. */
function firstSignal(round: readonly Ready[]): AbortSignal | undefined {
  let given: AbortController | undefined;
  for (const { waiting } of round) {
    const { deadline } = waiting;
    if (!deadline.canBeReached) continue;
    const first = (given ??= new AbortController());
    deadline.whenReached((error) => first.abort(error));
  }
  return given?.signal;
}

/** Whether a write still waits for its answer; one whose deadline has come, or whose footing has failed, gets it now. */
function isLive({ group, waiting: { deadline, chain, reject, resolve } }: Ready): boolean {
  if (deadline.error !== undefined) reject(deadline.error);
  else if (chain?.on?.state === "failed") resolve(withoutFooting(group));
  else return true;
  return false;
}

/** The group once it is encoded, or undefined where the task needed no round or failed: then it has its answer. */
async function settledAlone({ task, ...waiting }: Waiting): Promise<DriverGroup | undefined> {
  try {
    if ("group" in task) return await task.group;
    waiting.resolve(await task.run());
  } catch (thrown) {
    waiting.reject(thrown);
  }
  return undefined;
}
