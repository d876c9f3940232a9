import type { StoreSession, Stamps } from "@holdfast/core";

/** What every operation on the state of an orchestrator needs. */
export interface StateContext {
  readonly session: StoreSession;
  readonly stamps: Stamps;
}
