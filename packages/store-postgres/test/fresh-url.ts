import { randomUUID } from "node:crypto";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";

/** A store's URL with a schema of its own. */
export function freshUrl(): string {
  const url = sharedServerUrl();
  return `${url}${url.includes("?") ? "&" : "?"}schema=${encodeURIComponent(`test ${randomUUID()}`)}`;
}
