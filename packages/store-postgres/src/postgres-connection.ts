import { HoldfastError } from "@holdfast/core";
import type { CommitEvidence, Row, SqlConnection, SqlResult, Statement, TransactionMode } from "@holdfast/store-sql";
import type { PoolClient } from "pg";

import { Cancellation } from "./cancellation.ts";
import { classifyError, hasLostStatements, isOfServer, provesRefusal } from "./classify-error.ts";
import { exchange } from "./exchange.ts";
import { hear, nextAtLeast } from "./heard-transactions.ts";
import type { Answer, Settled } from "./kept-query.ts";
import type { TakenClient } from "./pool.ts";
import { resolveCommit } from "./resolve-commit.ts";
import { resolveWrite } from "./resolve-write.ts";
import type { ServerFacts } from "./server-facts.ts";
import type { StatementLimits } from "./session-settings.ts";
import type { ResolvingServer } from "./settle-outcome.ts";
import { unlessSilent } from "./silence.ts";
import { within } from "./within.ts";

/** All is said, whatever the server, the database or the role sets otherwise. */
const begins: Readonly<Record<TransactionMode, string>> = {
  read: "begin isolation level serializable read only not deferrable",
  write: "begin isolation level serializable read write not deferrable",
  upgrade: "begin isolation level serializable read write not deferrable",
};
/** Another process that changes tables may take its time, and so may a table that is large. */
const waitForever = ["set local lock_timeout = 0", "set local statement_timeout = 0"];
const rollbackMs = 5_000;

export interface ConnectionUse {
  readonly limits: StatementLimits;
  /** Who can tell what became of a commit whose connection was lost. */
  readonly server: ResolvingServer;
  /** Cancels what waits, for a lock above all; a commit that the server has begun goes on. */
  readonly signal: AbortSignal | undefined;
}

/** One connection out of the pool. Statements given together are sent together, each waiting for none before it. */
export class PostgresConnection implements SqlConnection {
  readonly takesRows = true;
  readonly #client: PoolClient;
  readonly #facts: ServerFacts;
  readonly #server: ResolvingServer;
  readonly #cancellation: Cancellation;
  readonly #limits: StatementLimits;
  #mode: TransactionMode = "read";
  #isBroken = false;
  #hasWritten = false;

  constructor({ client, facts }: TakenClient, { limits, server, signal }: ConnectionUse) {
    this.#client = client;
    this.#facts = facts;
    this.#limits = limits;
    this.#server = server;
    this.#cancellation = new Cancellation(client, signal);
  }

  /** Gives the client back to the pool, or ends it where nobody can say what state it is in. */
  release(): void {
    const isIdle = !this.#isBroken && !this.#cancellation.wasAsked && this.#client.getTransactionStatus() === "I";
    if (!isIdle) this.#client.connection.stream.destroy();
    this.#client.release(!isIdle);
  }

  /** What became of a write could not be asked for behind a pooler, nor where the server does not say who it is. */
  get writesAtOnce(): boolean {
    return this.#facts.writesAtOnce && this.#server.known !== undefined;
  }

  /** Only where all that is sent reaches the same process of the server, one behind the other. */
  get beginsAhead(): boolean {
    return this.#facts.keepsPrepared;
  }

  async writeAtOnce(statement: Statement, fateOf: (since: string) => Statement): Promise<SqlResult> {
    const { known } = this.#server;
    if (known === undefined) throw new TypeError("what became of the write could not be told");
    const since = nextAtLeast(known);
    const rows = await this.#sendWrite(statement, () => fateOf(String(since)));
    const number = rows[0]?.["_change"];
    if (typeof number === "string") hear(known, number);
    return { rows, affected: rows.length };
  }

  async begin(mode: TransactionMode, statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    this.#mode = mode;
    const opening = [begins[mode], ...this.#localSettings(mode)].map((sql) => ({ sql, parameters: [] }));
    const results = await this.execute([...opening, ...statements]);
    return results.slice(opening.length);
  }

  async execute(statements: readonly Statement[]): Promise<readonly SqlResult[]> {
    const silenceMs = this.#mode === "upgrade" ? 0 : this.#limits.silenceMs;
    const answers = unlessSilent(this.#client, silenceMs, this.#sendAll(statements));
    const settled = await this.#cancellation.until(answers);
    this.#cancellation.throwIfAsked();
    return settled.map((each) => {
      if (each.status === "rejected") throw this.#failed(each.reason);
      this.#hasWritten ||= changes(each.value);
      return { rows: each.value.rows, affected: each.value.rowCount ?? 0 };
    });
  }

  /**
   * A COMMIT of a transaction that had failed is answered without an error, by another word: only the right word
   * counts. Where no answer comes, what became of it is asked on a new connection. What waits before it is cancelled
   * by the signal; the commit itself is not, and where that request came too late for anything else, it says so.
   */
  async commit(statements: readonly Statement[], evidence?: CommitEvidence): Promise<void> {
    const before = Promise.withResolvers<void>();
    void this.#cancellation.until(before.promise);
    const sent = this.#sendAll([...statements, { sql: "commit", parameters: [] }], before.resolve);
    const settled = await unlessSilent(this.#client, this.#limits.commitSilenceMs, sent);
    const failed = settled.find((each) => each.status === "rejected");
    if (failed === undefined) {
      this.#checkTag(settled.at(-1));
      return this.#hear(evidence);
    }
    if (provesRefusal(failed.reason)) {
      this.#cancellation.throwIfAsked();
      throw this.#failed(failed.reason);
    }
    this.#isBroken = true;
    this.#hasWritten ||= statements.length > 0;
    await this.#resolveLost(evidence, failed.reason);
  }

  async rollback(): Promise<void> {
    if (this.#isBroken || this.#cancellation.wasAsked || this.#client.getTransactionStatus() === "I") return;
    try {
      await within(rollbackMs, this.#client.query("rollback"));
    } catch {
      this.#isBroken = true;
    }
  }

  /** The signal cancels it while it waits for a lock; where it commits nevertheless, that counts. */
  async #sendWrite(statement: Statement, fate: () => Statement): Promise<readonly Row[]> {
    const isThere = this.#client.connection.stream.writable;
    const answers = unlessSilent(this.#client, this.#limits.commitSilenceMs, this.#sendAll([statement]));
    const [answer] = await this.#cancellation.until(answers);
    if (answer?.status === "fulfilled") {
      this.#checkWarning();
      return answer.value.rows;
    }
    if (provesRefusal(answer?.reason) || !isThere || (await this.#wentOn(answer?.reason))) {
      this.#cancellation.throwIfAsked();
      throw this.#failed(answer?.reason);
    }
    this.#isBroken = true;
    return resolveWrite(this.#server, { session: this.#facts.session, fate: fate() }, answer?.reason);
  }

  /** Whether the server goes on behind a failure inside of it: then that undid the write, and did not come after it. */
  async #wentOn(reason: unknown): Promise<boolean> {
    if (!isOfServer(reason)) return false;
    const asked = within(rollbackMs, this.#client.query("select 1"));
    return asked.then(
      () => true,
      () => false,
    );
  }

  #checkTag(last: Settled | undefined): void {
    if (last?.status !== "fulfilled" || last.value.command !== "COMMIT") {
      throw new HoldfastError("the server rolled back instead of committing", { code: "TRANSACTION_CONFLICT" });
    }
    this.#checkWarning();
  }

  #checkWarning(): void {
    if (!this.#cancellation.hadWarning) return;
    throw new HoldfastError("the commit stands, and did not wait for the server's replicas", {
      code: "COMMIT_UNKNOWN",
      outcome: "unknown",
    });
  }

  #hear(evidence: CommitEvidence | undefined): void {
    const { known } = this.#server;
    if (evidence !== undefined && known !== undefined) hear(known, evidence.token);
  }

  #failed(reason: unknown): HoldfastError {
    this.#isBroken ||= hasLostStatements(reason);
    return classifyError(reason);
  }

  /** Said in each transaction where the connection's own settings did not come through, or do not fit. */
  #localSettings(mode: TransactionMode): readonly string[] {
    const { missingSettings } = this.#facts;
    return mode === "upgrade" ? [...missingSettings, ...waitForever] : missingSettings;
  }

  async #resolveLost(evidence: CommitEvidence | undefined, cause: unknown): Promise<void> {
    if (evidence !== undefined) {
      await resolveCommit(this.#server, evidence, cause);
      return this.#hear(evidence);
    }
    if (this.#mode !== "upgrade" && !this.#hasWritten) throw classifyError(cause);
    throw new HoldfastError("the connection was lost during the commit, which may stand or not", {
      code: "COMMIT_UNKNOWN",
      outcome: "unknown",
      cause,
    });
  }

  #sendAll(statements: readonly Statement[], beforeLast?: () => void): Promise<readonly Settled[]> {
    return exchange({ client: this.#client, keepsPrepared: this.#facts.keepsPrepared }, statements, beforeLast);
  }
}

function changes({ command, rowCount }: Answer): boolean {
  return rowCount !== null && rowCount > 0 && command !== "SELECT";
}
