import type { Bug } from "./faulty-driver.ts";

/** A bug that a backend might well have, and the theme of the suite whose business it is to find it. */
export interface SeededBug {
  readonly name: string;
  readonly theme: string;
  readonly bug: Bug;
}
