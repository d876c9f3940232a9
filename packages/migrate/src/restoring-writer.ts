import { HoldfastError, type ErrorCode, type StoredRecord, type StoreSession, type Tombstone } from "@holdfast/core";

/** What a record is or, once it is deleted, what stays of it. */
type State = StoredRecord | Tombstone;

/** A state that the target's rules do not allow, and the error that says which. */
export interface Refused {
  readonly state: State;
  readonly error: HoldfastError;
}

/** Of others and their order: what is refused now may be allowed once they are there. */
const ofOthers: readonly ErrorCode[] = ["REFERENCE_VIOLATION", "UNIQUE_VIOLATION"];
/** Of the document alone. */
const ofItself: readonly ErrorCode[] = [
  "INVALID_ENTITY",
  "INVALID_ID",
  "UNSERIALIZABLE_VALUE",
  "DOCUMENT_TOO_LARGE",
  "INDEX_VALUE_TOO_LARGE",
];

/** Whether the parent that a record lacks is one of these, as far as the error says which. */
function mayWaitFor({ state, error }: Refused, ids: ReadonlySet<string>): boolean {
  const { field } = error.details;
  if (error.code !== "REFERENCE_VIOLATION" || typeof field !== "string" || !("body" in state)) return false;
  const parent = state.body[field];
  return typeof parent === "string" && ids.has(parent);
}

/**
 * Writes states of records as they are, a batch at a time. What a batch is refused for is found by halves; a state whose
 * place in the order does not suit the target (a record before the one that it refers to, a unique value before its last
 * holder gave it up, a delete before its children's) is set aside, in memory, and written at the end, when what it needs
 * is there. What the target's rules do not allow at all is an error, or is put into quarantine where there is one.
 */
export class RestoringWriter {
  readonly #target: Pick<StoreSession, "write">;
  readonly #quarantine: ((refused: Refused) => Promise<void>) | undefined;
  #aside: State[] = [];
  #written = 0;
  #taken: Promise<void> = Promise.resolve();

  constructor(target: Pick<StoreSession, "write">, quarantine?: (refused: Refused) => Promise<void>) {
    this.#target = target;
    this.#quarantine = quarantine;
  }

  /** Records that the target did not have. */
  get written(): number {
    return this.#written;
  }

  /** May be called again before it resolves: batches are written in their order, and what is refused is looked into in it. */
  write(states: readonly State[]): Promise<void> {
    const taken = this.#takeBehind(this.#taken, states, this.#refusal(states));
    taken.catch(() => undefined);
    return (this.#taken = taken);
  }

  async #takeBehind(
    before: Promise<void>,
    states: readonly State[],
    refusal: Promise<HoldfastError | undefined>,
  ): Promise<void> {
    const [done, found] = await Promise.allSettled([before, refusal]);
    if (done.status === "rejected") throw done.reason;
    if (found.status === "rejected") throw found.reason;
    if (found.value !== undefined) await this.#takeRefused(states, found.value);
  }

  async #takeRefused(states: readonly State[], error: HoldfastError): Promise<void> {
    const [only] = states;
    if (only === undefined) return;
    if (states.length > 1) {
      const middle = Math.ceil(states.length / 2);
      for (const half of [states.slice(0, middle), states.slice(middle)]) {
        const refusal = await this.#refusal(half);
        if (refusal !== undefined) await this.#takeRefused(half, refusal);
      }
    } else if (ofOthers.includes(error.code)) this.#aside.push(only);
    else await this.#refuse({ state: only, error });
  }

  /** All together, since they may need each other; else one by one, as long as that gets any further. */
  async finish(): Promise<void> {
    let left: readonly State[] = this.#aside;
    this.#aside = [];
    while ((await this.#refusal(left)) !== undefined) {
      const refused: Refused[] = [];
      for (const state of left) {
        const error = await this.#refusal([state]);
        if (error !== undefined) refused.push({ state, error });
      }
      if (refused.length < left.length) {
        left = refused.map(({ state }) => state);
        continue;
      }
      // None can stand alone, yet the others may stand together once those are out that need what is nowhere.
      const ids = new Set(left.map(({ id }) => id));
      const lost = refused.filter((each) => !mayWaitFor(each, ids));
      const out = new Set(lost.length === 0 ? refused.slice(0, 1) : lost);
      for (const each of out) await this.#refuse(each);
      left = refused.filter((each) => !out.has(each)).map(({ state }) => state);
    }
  }

  async #refuse(refused: Refused): Promise<void> {
    if (this.#quarantine === undefined) throw named(refused);
    await this.#quarantine(refused);
  }

  /** Restores the states, or says why the target does not allow one of them, now or at all. */
  async #refusal(states: readonly State[]): Promise<HoldfastError | undefined> {
    if (states.length === 0) return undefined;
    try {
      const results = await this.#target.write(states.map((restore) => ({ restore })));
      this.#written += results.filter(({ record }) => record !== undefined).length;
      return undefined;
    } catch (error) {
      if (!HoldfastError.is(error)) throw error;
      if (ofOthers.includes(error.code) || ofItself.includes(error.code)) return error;
      throw error;
    }
  }
}

/** The same error, which says of which record it is. */
function named({ state: { type, tenant, id }, error }: Refused): HoldfastError {
  const { code, details, outcome, retryable } = error;
  return new HoldfastError(`the target refuses ${type} ${JSON.stringify(id)} (tenant "${tenant}"): ${error.message}`, {
    code,
    outcome,
    retryable,
    details: { ...details, tenant, type, id },
    cause: error,
  });
}
