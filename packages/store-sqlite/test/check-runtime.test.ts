import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";

import { checkRuntime } from "../src/check-runtime.ts";

test("refuses a runtime older than the native module was built for, and says which is needed", () => {
  for (const old of ["9", "8", undefined]) {
    expect(() => checkRuntime(old)).toThrow(HoldfastError);
    expect(() => checkRuntime(old)).toThrow(/22\.14/);
  }
});

test("lets the runtime through that it was built for, and newer ones", () => {
  for (const napi of ["10", "11", process.versions["napi"]]) expect(() => checkRuntime(napi)).not.toThrow();
});
