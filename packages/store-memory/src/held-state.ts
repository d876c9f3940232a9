import type { SavedLookup } from "./medium.ts";
import type { State } from "./state.ts";

/** Records that are read from where they were saved before all of them are: whoever reads more will read on. */
const lookupsMost = 256;

/**
 * The state that a driver holds. What was saved, and can be asked for single records, becomes a state when anything else is
 * first asked of it: so a store that is opened for a few records reads no others. Once begun, that goes on beside the
 * lookups.
 */
export class HeldState {
  #state: State | undefined;
  #reading: Promise<State> | undefined;
  #lookup: SavedLookup | undefined;
  #lookups = 0;
  readonly #read: () => Promise<State>;

  private constructor(state: State | undefined, lookup: SavedLookup | undefined, read: () => Promise<State>) {
    this.#state = state;
    this.#lookup = lookup;
    this.#read = read;
  }

  static of(state: State): HeldState {
    return new HeldState(state, undefined, async () => state);
  }

  /** `read` makes a state of all that was saved; called once. */
  static unread(lookup: SavedLookup, read: () => Promise<State>): HeldState {
    return new HeldState(undefined, lookup, read);
  }

  /** The state, where it was read before. */
  get atHand(): State | undefined {
    return this.#state;
  }

  /** The state, which is read now where it was not yet. */
  state(): State | Promise<State> {
    return this.#state ?? (this.#reading ??= this.#readAll());
  }

  /** What answers for single records as long as the state is not read; undefined from then on. */
  lookup(): SavedLookup | undefined {
    if (this.#lookup === undefined || ++this.#lookups < lookupsMost) return this.#lookup;
    // Whoever asks for the state hears of what fails.
    if (this.#reading === undefined) void Promise.resolve(this.state()).catch(() => undefined);
    return this.#lookup;
  }

  replace(state: State): void {
    this.#state = state;
  }

  /** Lets go of what was saved. */
  async close(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    await this.#letGo();
  }

  async #readAll(): Promise<State> {
    const state = await this.#read();
    this.#state = state;
    await this.#letGo();
    return state;
  }

  async #letGo(): Promise<void> {
    const lookup = this.#lookup;
    this.#lookup = undefined;
    await lookup?.close();
  }
}
