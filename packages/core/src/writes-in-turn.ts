import type { Driver, DriverGroup } from "./driver.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { fillRound } from "./fill-round.ts";
import type { Ready, Waiting } from "./fill-round.ts";
import { roundsInTurn } from "./rounds-in-turn.ts";
import type { Turnstile } from "./store/turnstile.ts";

/** Those that are there are halved, so that one half commits while the other begins: as long as a half has so many. */
const halfLeast = 8;
/** More go into one round, done as any other: there are faster ways for many. */
const halfMost = 128;
/** So many rounds at most are done as any other, once something was left, before the next one is tried in turn. */
const pauseMost = 63;

/** So many are done in one go, since the driver may keep for them what others wait for as well. */
const roundsMost = 32;

export interface WritesInTurnParts {
  readonly applyInTurn: NonNullable<Driver["applyInTurn"]>;
  readonly turnstile: Turnstile;
  /** What rounds are taken from, at its head. */
  readonly queue: Waiting[];
}

/** Gives a driver that begins a round while the one before it commits what there is to do. */
export class WritesInTurn {
  readonly #parts: WritesInTurnParts;
  #underWay = 0;
  /** Rounds that are done as any other from now on, and how many were so last. */
  #pausing = 0;
  #pause = 0;

  constructor(parts: WritesInTurnParts) {
    this.#parts = parts;
  }

  /** The next round, taken from the queue; none where it is to be done as any other. */
  take(): readonly Ready[] {
    if (this.#pausing === 0) return this.#takeHalf();
    this.#pausing -= 1;
    return [];
  }

  /** Does a round and those that come meanwhile; gives back what is to be done as any other, in its order. */
  async settle(first: readonly Ready[]): Promise<readonly Ready[]> {
    const { applyInTurn, turnstile } = this.#parts;
    let rounds = 1;
    const take = async (): Promise<readonly Ready[]> => {
      if (rounds === roundsMost) return [];
      rounds += 1;
      await eventLoopTurn();
      return this.#takeHalf();
    };
    const ended = ({ length }: readonly Ready[]): void => void (this.#underWay -= length);
    const apply: typeof applyInTurn = (next) => turnstile.pass(1, () => applyInTurn(next));
    const left = await roundsInTurn({ apply, first, take, ended });
    this.#pause = left.length === 0 ? 0 : Math.min(2 * this.#pause + 1, pauseMost);
    this.#pausing = this.#pause;
    return left;
  }

  #takeHalf(): readonly Ready[] {
    const { turnstile, queue } = this.#parts;
    const all = queue.length + this.#underWay;
    const most = all < 2 * halfLeast ? all : Math.ceil(all / 2);
    if (!turnstile.isOpen || most > halfMost) return [];
    const round = fillRound(queue, { most, fits });
    if (round.length <= 1) return [];
    queue.splice(0, round.length);
    this.#underWay += round.length;
    return round;
  }
}

/** Whether nothing can happen to a write while it is under way but what becomes of its round. */
function fits({ deadline, chain }: Waiting, group: DriverGroup): boolean {
  return group.length === 1 && !deadline.canBeReached && (chain?.on === undefined || chain.on.state === "done");
}
