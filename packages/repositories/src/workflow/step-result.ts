import type { HoldfastError } from "@holdfast/core";

/** A step that was done, or why it was not. */
export type StepResult<T> =
  | { readonly ok: true; readonly entity: T }
  /** `message`: the error's. ILLEGAL_TRANSITION; for what is stored also CONFLICT and NOT_FOUND. */
  | { readonly ok: false; readonly message: string; readonly error: HoldfastError };
