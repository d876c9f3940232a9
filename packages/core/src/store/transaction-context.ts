import { AsyncLocalStorage } from "node:async_hooks";
import { HoldfastError } from "../errors.ts";

/** One transaction or savepoint whose `work` is running, as seen from the code that it runs. */
export interface Frame {
  /** The driver's identity: which data the transaction is open on. */
  readonly identity: string;
  open: boolean;
  /** The transaction around a savepoint. */
  readonly parent?: Frame;
  /** What was running around `work`, on this store or another. */
  readonly around?: Frame | undefined;
}

const current = new AsyncLocalStorage<Frame>();

/** Runs `work` inside a new frame, which is closed by the caller when the transaction ends. */
export function runInFrame<T>(frame: Frame, work: () => Promise<T>): Promise<T> {
  return current.run(frame, work);
}

export function frameFor(identity: string, parent?: Frame): Frame {
  const around = current.getStore();
  return parent === undefined ? { identity, open: true, around } : { identity, open: true, around, parent };
}

/** What refuses a call on a store from inside a transaction that is open on the same data. */
export function storeRefusal(identity: string): HoldfastError | undefined {
  return inside((frame) => frame.identity === identity)
    ? outerUse("the store was called inside a transaction on it; call the session that was handed to the work")
    : undefined;
}

/** What refuses a call on a session from inside a savepoint of it that is still open. */
export function sessionRefusal(frame: Frame): HoldfastError | undefined {
  return inside((each) => isBelow(each, frame))
    ? outerUse("the outer session was called while a savepoint in it is open; call the inner session")
    : undefined;
}

function inside(test: (frame: Frame) => boolean): boolean {
  for (let frame = current.getStore(); frame !== undefined; frame = frame.around) {
    if (frame.open && test(frame)) return true;
  }
  return false;
}

function isBelow(frame: Frame, ancestor: Frame): boolean {
  for (let above = frame.parent; above !== undefined; above = above.parent) if (above === ancestor) return true;
  return false;
}

function outerUse(message: string): HoldfastError {
  return new HoldfastError(message, { code: "TRANSACTION_OUTER_USE" });
}
