import type { OpenChunks } from "./open-chunks.ts";
import type { StoreSession, Stamps } from "@holdfast/core";

/** For a call on everything of a run, in milliseconds: a run may have very many items and points. */
export const wholeRunMs = 600_000;

/** What every operation on the state of an orchestrator needs. */
export interface StateContext {
  readonly session: StoreSession;
  readonly stamps: Stamps;
  /** One for all sessions of an open state. */
  readonly openChunks: OpenChunks;
}
