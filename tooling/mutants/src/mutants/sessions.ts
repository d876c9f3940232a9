import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const openStore = "packages/core/src/store/open-store.ts";
const session = "packages/core/src/store/transaction-session.ts";

/** Of stores, transactions and what may be called when. */
export const sessionMutants: readonly Mutant[] = [
  {
    name: "closed-store-answers",
    breaks: "every call on a closed store is STORE_CLOSED",
    file: openStore,
    find: "    if (this.#isClosing) throw",
    replace: "    if (this.#isClosing && this.#closed === undefined) throw",
    finder: theme("memory", "closing"),
  },
  {
    name: "queue-without-limit",
    breaks: "a queue at its limit refuses with STORE_BUSY",
    file: openStore,
    find: "    if (this.#underWay < queueLimit) return;",
    replace: "    if (this.#underWay < Infinity) return;",
    finder: theme("memory", "time limits, signals and queues"),
  },
  {
    name: "outer-use-unguarded",
    breaks: "a store that is called inside its own transaction is TRANSACTION_OUTER_USE at once",
    file: "packages/core/src/store/transaction-context.ts",
    find: "inside((frame) => frame.identity === identity)",
    replace: 'inside((frame) => frame.identity === "")',
    finder: theme("memory", "sessions in their places"),
  },
  {
    name: "parent-use-unguarded",
    breaks: "a session that is called while a savepoint in it is open is TRANSACTION_OUTER_USE",
    file: "packages/core/src/store/transaction-context.ts",
    find: "inside((each) => isBelow(each, frame))",
    replace: "inside((each) => isBelow(each, each))",
    finder: theme("memory", "sessions in their places"),
  },
  {
    name: "doomed-commit",
    breaks: "a backend's error dooms the session, even if the work swallows it",
    file: session,
    find: "      if (this.#doom !== undefined) throw this.#doom;\n      return result;",
    replace: "      return result;",
    finder: theme("memory", "savepoints and what dooms a transaction"),
  },
  {
    name: "ended-session-works",
    breaks: "a session after its end is TRANSACTION_CLOSED",
    file: session,
    find: "      this.#isEnded = true;\n      this.#frame.open = false;",
    replace: "      this.#frame.open = false;",
    finder: theme("memory", "sessions in their places"),
  },
  {
    name: "unawaited-calls-lost",
    breaks: "calls that the work did not await are awaited before the commit",
    file: session,
    find: "      while (this.#pending > 0) await this.#calls.idle();",
    replace: "",
    finder: theme("memory", "transactions", "await"),
  },
  {
    name: "timers-left-running",
    breaks: "a call that is done leaves no timer behind that keeps the process alive",
    file: "packages/core/src/store/deadline.ts",
    find: "      clearTimeout(timer);",
    replace: "",
    finder: own("@holdfast/core", "deadline", "leaves no timer"),
  },
  {
    name: "listeners-left-behind",
    breaks: "a call that is done leaves no listener on the caller's signal",
    file: "packages/core/src/store/deadline.ts",
    find: "      for (const remove of listeners) remove();",
    replace: "",
    finder: own("@holdfast/core", "deadline", "leaves no listener"),
  },
  {
    name: "joined-reads-mixed",
    breaks: "each of the reads that are asked together gets its own records, in the order that it asked",
    file: "packages/core/src/group-read.ts",
    find: "each.resolve(each.ids.map((id) => byId.get(id)))",
    replace: "each.resolve([...byId.values()])",
    finder: own("@holdfast/core", "group-read", ""),
  },
];
