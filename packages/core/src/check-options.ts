import { HoldfastError } from "./errors.ts";
import type { OpenOptions } from "./open-options.ts";

const numbers = [
  "busyTimeoutMs",
  "keepTombstonesMs",
  "lockTimeoutMs",
  "maxDocumentBytes",
  "pollMs",
  "queueLimit",
] as const satisfies readonly (keyof OpenOptions)[];
const choices = {
  durability: ["power-loss", "process-crash"],
  layout: ["upgrade", "check"],
  access: ["write", "read"],
  onMoved: ["fail", "switch"],
} as const satisfies { readonly [name in keyof OpenOptions]?: readonly OpenOptions[name][] };

/**
 * INVALID_CONFIG for an option that types would not take: a slip in one must never open a store in another way. ABORTED
 * where the signal was given before.
 */
export function checkOptions(options: OpenOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const name of numbers) {
    const value = given[name];
    if (value !== undefined && !(typeof value === "number" && value >= 0)) throw invalid(name, "a number from 0");
  }
  for (const [name, words] of Object.entries(choices)) {
    const value = given[name];
    if (value !== undefined && !words.some((word) => word === value)) {
      throw invalid(name, words.map((word) => `"${word}"`).join(" or "));
    }
  }
  const model: unknown = given["model"];
  if (model !== undefined && !(typeof model === "object" && model !== null && "layout" in model)) {
    throw invalid("model", "what defineModel makes");
  }
  const { signal } = options;
  if (signal?.aborted !== true) return;
  throw new HoldfastError("opening the store was aborted", { code: "ABORTED", cause: signal.reason });
}

function invalid(name: string, what: string): HoldfastError {
  return new HoldfastError(`the option "${name}" is ${what}`, { code: "INVALID_CONFIG", details: { option: name } });
}
