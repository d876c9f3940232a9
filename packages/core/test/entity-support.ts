import { HoldfastError } from "@holdfast/core";

/** The HoldfastError that a call throws. */
export function failureOf(call: () => unknown): HoldfastError {
  try {
    call();
  } catch (error) {
    if (HoldfastError.is(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
