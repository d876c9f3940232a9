import { randomUUID } from "node:crypto";

import { describeStore } from "@holdfast/conformance";
import { createStore } from "@holdfast/core";
import { backend } from "@holdfast-examples/store-pglite";
import { afterAll, describe, test } from "vitest";

describeStore(
  { describe, test, afterAll },
  {
    name: "PGlite",
    open: (options) =>
      createStore({ backend: backend.name, driver: backend.driver(`pglite:test-${randomUUID()}`), options }),
    oneAtATime: true,
  },
);
