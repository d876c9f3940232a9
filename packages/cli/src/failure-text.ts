import { HoldfastError, isJsonObject, type JsonObject, type JsonValue } from "@holdfast/core";

import { nextStep } from "./next-step.ts";
import { withoutSecrets } from "./secrets.ts";
import type { Line } from "./write-lines.ts";

/** What a command that failed says, with nothing secret in it. */
export interface Failure {
  readonly code: string | null;
  readonly message: string;
  readonly details: JsonObject;
  /** What to do now. */
  readonly next: string;
}

interface FailureContext {
  /** The name of the command, where there was one. */
  readonly command: string | undefined;
  readonly passwords: readonly string[];
}

export function failureOf(thrown: unknown, { command, passwords }: FailureContext): Failure {
  const { next: _next, ...details } = HoldfastError.is(thrown) ? thrown.details : {};
  return {
    code: HoldfastError.is(thrown) ? thrown.code : null,
    message: withoutSecrets(messageOf(thrown), passwords),
    details: cleanObject(details, passwords),
    next: withoutSecrets(nextStep(thrown, command), passwords),
  };
}

/** For people: what went wrong, and what to do. */
export function failureLines({ code, message, next }: Failure): readonly Line[] {
  return [{ tone: "error", text: `holdfast: ${message}${code === null ? "" : ` (${code})`}` }, `next: ${next}`];
}

function messageOf(thrown: unknown): string {
  if (HoldfastError.is(thrown, "ABORTED") && !("next" in thrown.details))
    return "interrupted; what was done till then stays";
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Before it becomes JSON, in which a password would be written another way. */
function clean(value: JsonValue, passwords: readonly string[]): JsonValue {
  if (typeof value === "string") return withoutSecrets(value, passwords);
  if (isList(value)) return value.map((each) => clean(each, passwords));
  return isJsonObject(value) ? cleanObject(value, passwords) : value;
}

function cleanObject(value: JsonObject, passwords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, clean(held, passwords)]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
