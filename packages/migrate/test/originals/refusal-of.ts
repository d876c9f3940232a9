import { HoldfastError } from "@holdfast/core";

/** The HoldfastError that the work throws. */
export function refusalOf(work: () => unknown): HoldfastError {
  try {
    work();
  } catch (error) {
    if (HoldfastError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
