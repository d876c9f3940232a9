import { HoldfastError } from "@holdfast/core";
import type { Backend } from "@holdfast/core";
import { memoryMedium } from "./memory-medium.ts";
import { StateDriver } from "./state-driver.ts";

/** A store that lives in this process and ends with it. Its URL is `memory:`; each driver is a store of its own. */
export const backend: Backend = {
  name: "memory",
  driver(url) {
    if (url === "memory:") return new StateDriver(memoryMedium());
    throw new HoldfastError('the URL of a store in memory is "memory:", and nothing follows', {
      code: "INVALID_CONFIG",
    });
  },
};
