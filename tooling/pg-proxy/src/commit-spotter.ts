import type { WireMessage } from "./message-splitter.ts";

const commitPattern = /^\s*(?:commit|end)(?:\s+(?:work|transaction))?\s*;?\s*$/i;
const headBytes = 5;

/**
 * Tells which of a client's messages makes the server commit: a query of that text, or the execution of a portal that
 * was bound to a statement of that text. The word in a parameter or within another text is none.
 */
export class CommitSpotter {
  readonly #statements = new Set<string>();
  readonly #portals = new Set<string>();

  /** Call it with every message, in their order. */
  isCommit({ type, bytes }: WireMessage): boolean {
    const [first = "", second = ""] = textsOf(bytes);
    switch (type) {
      case "Q":
        return commitPattern.test(first);
      case "P":
        keep(this.#statements, first, commitPattern.test(second));
        return false;
      case "B":
        keep(this.#portals, first, this.#statements.has(second));
        return false;
      case "E":
        return this.#portals.has(first);
      default:
        return false;
    }
  }
}

function keep(names: Set<string>, name: string, isCommit: boolean): void {
  if (isCommit) names.add(name);
  else names.delete(name);
}

/** The two texts that a message begins with, each ended by a zero; of an Execute only the first is one. */
function textsOf(bytes: Buffer): readonly string[] {
  const firstEnd = bytes.indexOf(0, headBytes);
  if (firstEnd === -1) return [];
  const secondEnd = bytes.indexOf(0, firstEnd + 1);
  const second = secondEnd === -1 ? [] : [bytes.toString("utf8", firstEnd + 1, secondEnd)];
  return [bytes.toString("utf8", headBytes, firstEnd), ...second];
}
