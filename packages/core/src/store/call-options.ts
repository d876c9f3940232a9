import type { ChangesOptions } from "../changes.ts";
import { HoldfastError } from "../errors.ts";
import { readHandedIn, takeOnly } from "../handed-in.ts";
import type { HandedIn, Taken } from "../handed-in.ts";
import { checkHold } from "../holds.ts";
import type { CallLimits, TransactionOptions } from "../store.ts";

const code = "INVALID_CONFIG";

/** Limits for calls, checked; INVALID_CONFIG for another name, kind or range. */
export function takeLimits(limits: unknown): CallLimits {
  const taken = take(limits, ["signal", "timeoutMs"], { what: "the limits of calls", code });
  return { ...signalOf(taken.signal), ...timeoutOf(taken.timeoutMs) };
}

/** What `transaction` is called with, checked; INVALID_CONFIG where the work is no function, too. */
export function takeTransaction(work: unknown, options: unknown): TransactionOptions {
  if (typeof work !== "function") throw invalid("a transaction takes the function that does its work");
  const names = ["readOnly", "timeoutMs", "tries", "signal"] as const;
  const { readOnly, timeoutMs, tries, signal } = take(options, names, { what: "the options of a transaction", code });
  if (tries !== undefined && !(typeof tries === "number" && tries > 0)) throw invalid('"tries" is a number above 0');
  return {
    ...flag("readOnly", readOnly),
    ...timeoutOf(timeoutMs),
    ...(tries === undefined ? {} : { tries }),
    ...signalOf(signal),
  };
}

export function takeChangesOptions(options: unknown): ChangesOptions {
  const names = ["signal", "follow", "hold"] as const;
  const { signal, follow, hold } = take(options, names, { what: "the options of changes", code });
  return { ...signalOf(signal), ...flag("follow", follow), ...holdOf(hold) };
}

/** The writer of a stream that nobody else writes to. */
export function writerOf(stream: unknown): WritableStreamDefaultWriter<string> {
  if (stream instanceof WritableStream && !stream.locked) return stream.getWriter();
  throw invalid("a backup is written to a WritableStream that nobody else writes to");
}

function take<N extends string>(options: unknown, names: readonly N[], handedIn: HandedIn): Taken<N> {
  return readHandedIn(handedIn, () => takeOnly(options, names, handedIn));
}

function timeoutOf(timeoutMs: unknown): Pick<CallLimits, "timeoutMs"> {
  if (timeoutMs === undefined) return {};
  if (typeof timeoutMs === "number" && timeoutMs > 0) return { timeoutMs };
  throw invalid('"timeoutMs" is a number of milliseconds above 0');
}

function holdOf(hold: unknown): Pick<ChangesOptions, "hold"> {
  if (hold === undefined) return {};
  const { name, forMs } = take(hold, ["name", "forMs"], { what: "a hold", code });
  return { hold: checkHold({ name, forMs }) };
}

function signalOf(signal: unknown): Pick<CallLimits, "signal"> {
  if (signal === undefined) return {};
  if (signal instanceof AbortSignal) return { signal };
  throw invalid('"signal" is an AbortSignal');
}

function flag<N extends string>(name: N, value: unknown): { readonly [K in N]?: boolean } {
  if (value === undefined) return {};
  if (typeof value !== "boolean") throw invalid(`"${name}" is true or false`);
  return { [name]: value } as { readonly [K in N]?: boolean };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code });
}
