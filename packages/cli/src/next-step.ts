import { HoldfastError, type ErrorCode } from "@holdfast/core";

import { nearName } from "./near-name.ts";

const tryAgain = "run the same command again when less is written at the same time";
const findThem =
  "`holdfast plan` names every record that stands in the way; `holdfast copy --quarantine <file>` copies the rest";
const report = "run `holdfast check` on the store; if it finds nothing, report the message as a fault of Holdfast";
const showIt = "`holdfast show` prints the record as it is; correct it with the application and run the command again";

/** What to do about each kind of failure, where nothing closer is known. */
const steps: Readonly<Record<Exclude<ErrorCode, "INVALID_CONFIG" | "INVALID_QUERY" | "ABORTED">, string>> = {
  INVALID_CURSOR: "leave --after out to begin with the first page, or take the token from the last one as it stands",
  FIELD_NOT_INDEXED: "`holdfast list` without conditions shows the indexed fields as columns",
  INVALID_MODEL: "correct the model as the message says, and run the command again",
  CONFLICT: "look at what is there with `holdfast stats`, and name another store or file",
  ALREADY_EXISTS: "look at what is there with `holdfast stats`, and name another store or file",
  NOT_FOUND: "`holdfast stats` shows what the store holds",
  UNIQUE_VIOLATION: findThem,
  REFERENCE_VIOLATION: findThem,
  ILLEGAL_TRANSITION: showIt,
  LEASE_LOST: showIt,
  STORE_READ_ONLY: "name a store, a role or a server that may be written, and run the command again",
  STORE_MOVED: "name the store by the URL to which it has moved",
  FEED_EXPIRED: "begin again with a whole `holdfast copy`",
  TRANSACTION_CONFLICT: tryAgain,
  COMMIT_UNKNOWN: "run the same command again: what was written already is not written twice",
  STORE_LOCKED: "end the process that has it, or wait for its end, and run the same command again",
  STORE_BUSY: tryAgain,
  STORE_FULL: "make room, and run the same command again",
  STORE_UNAVAILABLE: "look whether the server runs or the file is there, and whether its name is spelled right",
  TIMEOUT: tryAgain,
  BACKEND_NOT_INSTALLED: "run that command in the folder of your project, and then this one there again",
  BACKEND_FAILURE: report,
  TRANSACTION_CLOSED: report,
  TRANSACTION_OUTER_USE: report,
  STORE_CLOSED: report,
  INVALID_ENTITY: showIt,
  INVALID_ID: "correct the id where it comes from, and run the command again",
  UNSERIALIZABLE_VALUE: showIt,
  DOCUMENT_TOO_LARGE: "move large contents out of the document, and run the command again",
  INDEX_VALUE_TOO_LARGE: findThem,
  STORE_CORRUPT:
    "keep the file; `holdfast recover json:<path>` shows what can be proven whole, `holdfast restore` brings back a backup",
  LAYOUT_NEWER: "install a newer version of @holdfast/cli and of the backend",
  LAYOUT_OUTDATED: "open the store once with the application that declares the model, or see `holdfast layout --print`",
};

/** Commands that the same command completes. */
const resumed: Readonly<Record<string, string>> = {
  copy: "run the same command again: it goes on where it stopped",
  restore: "run the same command again: it completes what is there",
  import: "run the same command again: it writes nothing twice",
};

/** What somebody does next whose command failed, in a sentence. An error may bring its own, in `details.next`. */
export function nextStep(thrown: unknown, command: string | undefined): string {
  if (!HoldfastError.is(thrown)) return report;
  const { code, details } = thrown;
  if (typeof details["next"] === "string") return details["next"];
  const scheme = nearScheme(details);
  if (scheme !== undefined) return `write ${scheme}: at the beginning, if that is the store you mean`;
  if (code === "ABORTED") return resumed[command ?? ""] ?? "run the same command again to begin anew";
  if (code === "STORE_CORRUPT" && command === "restore") return "keep the archive, and restore another one";
  if (code === "INVALID_CONFIG" || code === "INVALID_QUERY") return helpStep(command);
  return steps[code];
}

/** Of an error about a URL whose scheme is none of those that are known. */
function nearScheme({ scheme, known }: HoldfastError["details"]): string | undefined {
  if (typeof scheme !== "string" || !Array.isArray(known)) return undefined;
  return nearName(
    scheme,
    known.filter((each) => typeof each === "string"),
  );
}

export function helpStep(command: string | undefined): string {
  return `holdfast ${command === undefined ? "" : `${command} `}--help shows how it is used, with examples`;
}
