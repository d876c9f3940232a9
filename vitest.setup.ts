import { subscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";

import { afterEach } from "vitest";

/** An error whose code no table knows became a BACKEND_FAILURE: that is a gap in a table, and no test passes with one. */
const seen: unknown[] = [];
subscribe("holdfast:unmapped", (error) => void seen.push(error));

afterEach(() => {
  const found = seen.splice(0);
  if (found.length > 0) throw new Error(`errors that no table of codes knows: ${inspect(found, { depth: 3 })}`);
});
