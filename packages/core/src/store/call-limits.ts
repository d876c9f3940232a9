import { HoldfastError } from "../errors.ts";
import type { CallLimits } from "../store.ts";

/** The limits of a view within a view: both signals count, and the shorter time. INVALID_CONFIG for a time that is none. */
export function narrowed(outer: CallLimits, inner: CallLimits): CallLimits {
  const signals = [outer.signal, inner.signal].filter((signal) => signal !== undefined);
  const [signal] = signals.length > 1 ? [AbortSignal.any(signals)] : signals;
  const timeoutMs = shortest(outer.timeoutMs, inner.timeoutMs);
  return { ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** The shortest of the times that were given, in milliseconds; undefined where none was. INVALID_CONFIG unless above 0. */
export function shortest(...times: readonly (number | undefined)[]): number | undefined {
  const given = times.filter((time) => time !== undefined).map((time) => positive(time, "timeoutMs"));
  return given.length === 0 ? undefined : Math.min(...given);
}

/** INVALID_CONFIG unless a limit is above 0. */
export function positive(value: number, name: string): number {
  if (typeof value === "number" && value > 0) return value;
  throw new HoldfastError(`"${name}" must be above 0`, { code: "INVALID_CONFIG" });
}
