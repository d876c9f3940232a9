import type { WireMessage } from "./message-splitter.ts";

const commitPattern = /^\s*(?:commit|end)(?:\s+(?:work|transaction))?\s*;?\s*$/i;
const beginPattern = /^\s*(?:begin|start\s+transaction)\b/i;
const rollbackPattern = /^\s*(?:rollback|abort)(?:\s+(?:work|transaction))?\s*;?\s*$/i;
const writePattern = /\b(?:insert\s+into|update|delete\s+from)\b/i;
const headBytes = 5;

/**
 * Tells which of a client's messages makes the server commit: a query of that text, or the execution of a portal that
 * was bound to a statement of that text; the word in a parameter or within another text is none. Outside of transactions
 * that is the Sync behind a portal whose statement writes.
 */
export class CommitSpotter {
  readonly #statements = new Map<string, string>();
  readonly #portals = new Map<string, string>();
  #isInTransaction = false;
  #hasWritten = false;

  /** Call it with every message, in their order. */
  isCommit({ type, bytes }: WireMessage): boolean {
    const [first = "", second = ""] = textsOf(bytes);
    switch (type) {
      case "Q":
        return this.#runs(first);
      case "P":
        this.#statements.set(first, second);
        return false;
      case "B":
        this.#portals.set(first, this.#statements.get(second) ?? "");
        return false;
      case "E":
        return this.#runs(this.#portals.get(first) ?? "");
      case "S":
        return this.#syncs();
      default:
        return false;
    }
  }

  #runs(text: string): boolean {
    const isCommit = commitPattern.test(text);
    if (beginPattern.test(text)) this.#isInTransaction = true;
    else if (isCommit || rollbackPattern.test(text)) this.#isInTransaction = false;
    else this.#hasWritten ||= !this.#isInTransaction && writePattern.test(text);
    return isCommit;
  }

  #syncs(): boolean {
    const commits = this.#hasWritten && !this.#isInTransaction;
    this.#hasWritten = false;
    return commits;
  }
}

/** The two texts that a message begins with, each ended by a zero; of an Execute only the first is one. */
function textsOf(bytes: Buffer): readonly string[] {
  const firstEnd = bytes.indexOf(0, headBytes);
  if (firstEnd === -1) return [];
  const secondEnd = bytes.indexOf(0, firstEnd + 1);
  const second = secondEnd === -1 ? [] : [bytes.toString("utf8", firstEnd + 1, secondEnd)];
  return [bytes.toString("utf8", headBytes, firstEnd), ...second];
}
