import type { OpenChunks } from "./open-chunks.ts";
import type { StoreSession, Stamps } from "@holdfast/core";

/** What every operation on the state of an orchestrator needs. */
export interface StateContext {
  readonly session: StoreSession;
  readonly stamps: Stamps;
  /** One for all sessions of an open state. */
  readonly openChunks: OpenChunks;
}
