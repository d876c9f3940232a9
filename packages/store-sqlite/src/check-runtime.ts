import { HoldfastError } from "@holdfast/core";

const napiLeast = 10;

/**
 * INVALID_CONFIG where the runtime is older than the native module was built for: loading it there ends the process
 * without a word. Takes `process.versions.napi`.
 */
export function checkRuntime(napi: string | undefined): void {
  if (Number(napi ?? 0) >= napiLeast) return;
  throw new HoldfastError(
    `SQLite stores need Node.js 22.14 or newer (Node-API ${napiLeast}); this one has ${napi ?? "none"}`,
    {
      code: "INVALID_CONFIG",
      details: { napi: napi ?? "none", needed: napiLeast },
    },
  );
}
