import type { DriverGroup, DriverOp, GroupResult, RecordText, Writer } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import type { Query, RecordPage, Where } from "../query.ts";
import { expandDeletes } from "../references.ts";
import type { Scalar, StoredRecord, Tombstone, WriteOp, WriteResult } from "../record.ts";
import type { StoreSession, TombstonePage, TransactionOptions } from "../store.ts";
import { WorkQueue } from "../work-queue.ts";
import { takeTransaction } from "./call-options.ts";
import { Deadline } from "./deadline.ts";
import { encodeDetached, encodeOps } from "./encode-ops.ts";
import { prepareCount, prepareCountBy, prepareFind, prepareGet, prepareTombstones } from "./read.ts";
import { writeResults } from "./records.ts";
import { isTransient } from "./retry.ts";
import type { Scope } from "./scope.ts";
import { takeOps } from "./take-ops.ts";
import { frameFor, runInFrame, sessionRefusal } from "./transaction-context.ts";
import type { Frame } from "./transaction-context.ts";

type Work<T> = (session: TransactionSession) => Promise<T>;

/**
 * What `work` gets: calls run one at a time in the order they were made, through the driver's writer. The first error
 * of the backend dooms the session: later calls and the commit fail with it, whatever `work` makes of it.
 */
export class TransactionSession implements StoreSession {
  readonly #writer: Writer;
  readonly #scope: Scope;
  readonly #frame: Frame;
  readonly #mode: "read" | "write";
  readonly #calls = new WorkQueue();
  #doom: HoldfastError | undefined;
  #isEnded = false;
  #pending = 0;
  #deadline: Deadline | undefined;

  constructor(writer: Writer, scope: Scope, mode: "read" | "write", frame: Frame) {
    this.#writer = writer;
    this.#scope = scope;
    this.#mode = mode;
    this.#frame = frame;
  }

  /** Runs `work` to its end, with the calls that it did not await; throws what dooms the transaction. */
  async perform<T>(work: Work<T>, deadline: Deadline): Promise<T> {
    this.#deadline = deadline;
    try {
      deadline.check();
      const result = await deadline.until(runInFrame(this.#frame, async () => work(this)));
      while (this.#pending > 0) await this.#calls.idle();
      deadline.check();
      if (this.#doom !== undefined) throw this.#doom;
      return result;
    } catch (thrown) {
      this.#isEnded = true;
      await this.#calls.idle();
      throw this.#doom ?? thrown;
    } finally {
      this.#isEnded = true;
      this.#frame.open = false;
    }
  }

  /** The backend's first error in this session, which its commit fails with. */
  get doom(): HoldfastError | undefined {
    return this.#doom;
  }

  get(type: string, ids: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    return this.#call(() => {
      const prepared = prepareGet(this.#scope, type, ids);
      return async (writer) => prepared(writer);
    });
  }

  find(query: Query): Promise<RecordPage> {
    return this.#call(() => prepareFind(this.#scope, query));
  }

  count(type: string, where?: Where): Promise<number> {
    return this.#call(() => prepareCount(this.#scope, type, where));
  }

  countBy(type: string, field: string, where?: Where): Promise<ReadonlyMap<Scalar, number>> {
    return this.#call(() => prepareCountBy(this.#scope, type, field, where));
  }

  tombstones(type: string, page: TombstonePage = {}): Promise<readonly Tombstone[]> {
    return this.#call(() => prepareTombstones(this.#scope, type, page));
  }

  write(ops: readonly WriteOp[]): Promise<readonly WriteResult[]> {
    return this.#call(() => {
      if (this.#mode === "read") throw readOnly();
      const encoding = encodeOps(this.#scope, takeOps(ops));
      if (encoding instanceof Promise) encoding.catch(() => undefined);
      return async (writer) => {
        const encoded = await inputOf(encoding);
        return writeResults(await applyGroup(writer, this.#scope, encoded.group), encoded);
      };
    });
  }

  /** Writes a group that is encoded already. */
  apply(group: DriverGroup): Promise<GroupResult> {
    return this.#call(() => (writer) => applyGroup(writer, this.#scope, group));
  }

  transaction<T>(work: (session: StoreSession) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const frame = frameFor(this.#frame.identity, this.#frame);
    return this.#call(() => this.#nested(work, takeTransaction(work, options), frame));
  }

  #nested<T>(work: Work<T>, options: TransactionOptions, frame: Frame): (writer: Writer) => Promise<T> {
    return async (writer) => {
      using deadline = new Deadline({ timeoutMs: options.timeoutMs, signals: [options.signal], outer: this.#deadline });
      let childDoom: unknown;
      try {
        return await writer.savepoint(async (inner) => {
          const child = new TransactionSession(
            inner,
            this.#scope,
            options.readOnly === true ? "read" : this.#mode,
            frame,
          );
          try {
            return await child.perform(work, deadline);
          } catch (thrown) {
            childDoom = child.doom;
            throw new CallersError(thrown);
          }
        });
      } catch (thrown) {
        throw isTransient(childDoom) ? childDoom : thrown;
      }
    };
  }

  /** Checks the input now, in the caller's context, and runs in turn. The promise never counts as unhandled. */
  #call<T>(prepare: () => (writer: Writer) => Promise<T>): Promise<T> {
    const result = this.#accept(prepare);
    result.catch(() => undefined);
    return result;
  }

  #accept<T>(prepare: () => (writer: Writer) => Promise<T>): Promise<T> {
    let run: (writer: Writer) => Promise<T>;
    try {
      if (this.#isEnded) throw closed();
      const refused = sessionRefusal(this.#frame) ?? this.#doom;
      if (refused !== undefined) throw refused;
      run = prepare();
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    this.#pending += 1;
    return this.#calls.run(() => this.#run(run)).finally(() => (this.#pending -= 1));
  }

  async #run<T>(run: (writer: Writer) => Promise<T>): Promise<T> {
    if (this.#doom !== undefined) throw this.#doom;
    if (this.#isEnded) throw closed();
    try {
      return await run(this.#writer);
    } catch (thrown) {
      if (thrown instanceof CallersError) throw thrown.reason;
      this.#doom = HoldfastError.is(thrown) ? thrown : backendFailure(thrown);
      throw this.#doom;
    }
  }
}

/** Carries what is the caller's own failure, so that it is told from the backend's, which doom the session. */
class CallersError extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super("the caller's own code or input failed");
    this.reason = reason;
  }
}

/** Does a group with what its deletes do to children; the results are those of the group's own ops. */
async function applyGroup(writer: Writer, scope: Scope, group: DriverGroup): Promise<GroupResult> {
  if (group.length === 0) return [];
  const detach = (child: RecordText, fields: ReadonlySet<string>): DriverOp => encodeDetached(scope, child, fields);
  const whole = await expandDeletes(writer, scope.layout, group, detach);
  const [results = []] = await writer.apply([whole]);
  return results.slice(0, group.length);
}

async function inputOf<T>(encoding: T | Promise<T>): Promise<T> {
  try {
    return await encoding;
  } catch (thrown) {
    throw new CallersError(thrown);
  }
}

function closed(): HoldfastError {
  return new HoldfastError("the transaction has ended", { code: "TRANSACTION_CLOSED" });
}

function readOnly(): HoldfastError {
  return new HoldfastError("the transaction was opened to read", { code: "STORE_READ_ONLY" });
}

function backendFailure(cause: unknown): HoldfastError {
  return new HoldfastError("the backend failed", { code: "BACKEND_FAILURE", cause });
}
