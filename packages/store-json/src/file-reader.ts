import { HoldfastError } from "@holdfast/core";
import type { Followed as FollowedState, SavedState } from "@holdfast/store-memory";
import type { DurableFs } from "./durable-fs.ts";
import { followFiles } from "./follow-files.ts";
import type { Followed } from "./follow-files.ts";
import { openFiles } from "./open-files.ts";
import type { OpenedFiles } from "./open-files.ts";
import { replay } from "./replay.ts";

/** How often the files are looked at again when they changed under the reader. */
const readTries = 20;

/** Reads a store beside the process that writes it, and follows it. Takes no lock, and writes nothing. */
export class FileReader {
  readonly #fs: DurableFs;
  readonly #path: string;
  readonly #told: (opened: OpenedFiles) => void;
  #opened: OpenedFiles | undefined;
  #followed: Followed | undefined;
  #round = 0;

  /** `told` hears of what was opened, whenever all of it is read. */
  constructor(fs: DurableFs, path: string, told: (opened: OpenedFiles) => void) {
    this.#fs = fs;
    this.#path = path;
    this.#told = told;
  }

  /** The last that was read. */
  get round(): number {
    return this.#round;
  }

  async follow(from: "last" | "anew"): Promise<FollowedState> {
    const further = from === "last" && this.#followed !== undefined ? await this.#further(this.#followed) : undefined;
    if (further === undefined) return { kind: "state", saved: await this.load() };
    this.#followed = further.followed;
    this.#round = further.followed.round;
    return further.rounds.length === 0 ? { kind: "nothing" } : { kind: "rounds", rounds: further.rounds };
  }

  /** What is known to be on the medium, and never more. */
  async load(): Promise<SavedState> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#load();
      } catch (thrown) {
        // Between two looks the writing process may have folded a journal into the file, and removed it.
        if (tries >= readTries || !(HoldfastError.is(thrown, "STORE_CORRUPT") || isMissing(thrown))) throw thrown;
      }
    }
  }

  async close(): Promise<void> {
    await this.#opened?.snapshot.close();
  }

  async #further(last: Followed): ReturnType<typeof followFiles> {
    try {
      return await followFiles(this.#fs, this.#path, last);
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }

  async #load(): Promise<SavedState> {
    const revision = (await this.#fs.facts(this.#path))?.revision ?? "";
    this.#opened = await openFiles(this.#fs, this.#path);
    if (this.#opened === undefined) throw notThere(this.#path);
    this.#told(this.#opened);
    const { snapshot, journals } = this.#opened;
    const rounds = journals.rounds.filter(({ start }) => start.round <= journals.durable);
    const state = replay(snapshot.saved, rounds);
    const { feed, layout } = state;
    const round = rounds.at(-1)?.start.round ?? snapshot.saved.round;
    this.#round = round;
    const followed = { round, savedRound: snapshot.saved.round, layout: JSON.stringify(layout), revision };
    this.#followed = feed === undefined ? undefined : { ...followed, feed };
    return state;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}

function notThere(path: string): HoldfastError {
  return new HoldfastError(`"${path}" does not exist`, { code: "STORE_UNAVAILABLE", retryable: false });
}
