import { constants } from "node:os";
import { HoldfastError } from "./errors.ts";
import { systemMeaning } from "./system-errors.ts";
import type { FileTask, SystemMeaning } from "./system-errors.ts";
import { tellUnmapped } from "./unmapped.ts";

/** Errors of Linux file systems that the runtime has no name for, by number. */
const linuxNames: ReadonlyMap<number, string> = new Map([
  [117, "EUCLEAN"],
  [133, "EHWPOISON"],
]);
const unknown: SystemMeaning = { code: "BACKEND_FAILURE", retryable: false, reason: "the file system failed" };

/** An operating system's error in Holdfast's words. What was stored before stands as it was. */
export function fileError(thrown: unknown, path: string, task: FileTask): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const system = systemCode(thrown);
  const meaning = system === undefined ? undefined : systemMeaning(system, task);
  if (meaning === undefined) tellUnmapped({ source: "system", code: system, thrown });
  const { code, retryable, reason } = meaning ?? unknown;
  return new HoldfastError(`"${path}" could not be ${task}: ${reason}${system === undefined ? "" : ` (${system})`}`, {
    code,
    retryable,
    cause: thrown,
    details: { path, ...(system === undefined ? {} : { system }) },
  });
}

/**
 * The system's name for what went wrong, such as "ENOENT"; undefined for what is no error of the system. Node names only
 * the errors that several systems have, and says "Unknown system error -122" for the others, a used up quota among them:
 * those go by their number.
 */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return undefined;
  const unnamed = /^Unknown system error -(\d+)$/.exec(thrown.code)?.[1];
  return unnamed === undefined ? thrown.code : (nameOf(Number(unnamed)) ?? thrown.code);
}

function nameOf(errno: number): string | undefined {
  const [name] = Object.entries(constants.errno).find(([, each]) => each === errno) ?? [];
  return name ?? (process.platform === "linux" ? linuxNames.get(errno) : undefined);
}
