import { HoldfastError } from "@holdfast/core";

/** What went wrong: a line for people, or with `--json` among the arguments an object for programs. */
export function failureText(thrown: unknown, args: readonly string[]): string {
  const code = HoldfastError.is(thrown) ? thrown.code : undefined;
  const message = messageOf(thrown);
  if (!args.includes("--json")) return `holdfast: ${message}${code === undefined ? "" : ` (${code})`}`;
  const details = HoldfastError.is(thrown) ? thrown.details : {};
  return JSON.stringify({ error: { code: code ?? null, message, details } });
}

function messageOf(thrown: unknown): string {
  if (HoldfastError.is(thrown, "ABORTED")) return "interrupted; what was done till then stays";
  return thrown instanceof Error ? thrown.message : String(thrown);
}
