import type { Entity, Stamps, StoreSession } from "@holdfast/core";

/** What every operation of a repository needs. */
export interface Context {
  readonly entity: Entity;
  readonly session: StoreSession;
  readonly stamps: Stamps;
}
