import type { PoolClient } from "pg";

import { cancelStatement } from "./cancel-statement.ts";

/** Where the server does not answer the request within this time, the connection is cut. */
const patienceMs = 1_000;

/** What a signal does to the statements of one connection. Once it has asked, the connection is of no further use. */
export class Cancellation {
  readonly #client: PoolClient;
  readonly #signal: AbortSignal | undefined;
  #wasAsked = false;
  #hadWarning = false;

  constructor(client: PoolClient, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Whether the server was asked to cancel something. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  /** Whether the server warned since: a commit that no longer waited for its replicas says so with a warning only. */
  get hadWarning(): boolean {
    return this.#hadWarning;
  }

  /** Waits for an answer. If the signal comes first, the server is asked to cancel what it is doing. */
  async until<T>(answer: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return answer;
    let patience: NodeJS.Timeout | undefined;
    const ask = (): void => {
      this.#wasAsked = true;
      this.#client.on("notice", ({ severity }) => (this.#hadWarning ||= severity === "WARNING"));
      cancelStatement(this.#client);
      patience = setTimeout(() => this.#client.connection.stream.destroy(), patienceMs);
    };
    if (signal.aborted) ask();
    else signal.addEventListener("abort", ask, { once: true });
    try {
      return await answer;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener("abort", ask);
    }
  }

  /** Throws the signal's reason if the server was asked. */
  throwIfAsked(): void {
    if (this.#wasAsked) this.#signal?.throwIfAborted();
  }
}
