import type { Guarantees } from "@holdfast/core";
import type { Medium } from "./medium.ts";

let made = 0;

/** Saves nothing: what is in it lasts as long as its driver. */
export function memoryMedium(): Medium {
  made += 1;
  const guarantees: Guarantees = {
    isolation: "serializable",
    writers: "process",
    durability: "none",
    staleReads: false,
    hints: "store",
  };
  return {
    identity: `memory:${made}`,
    guarantees,
    load: async () => undefined,
    commit: async () => undefined,
    close: async () => undefined,
  };
}
