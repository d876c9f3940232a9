import { HoldfastError } from "@holdfast/core";

import type { ReaderUse } from "./settings.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

const readersMost = 8;

/** Connections for reading: one that all single reads share, and others for read transactions, opened when needed. */
export class ReaderPool {
  readonly #open: (use: ReaderUse) => Promise<SqliteConnection>;
  readonly #all = new Set<Promise<SqliteConnection>>();
  readonly #idle: SqliteConnection[] = [];
  readonly #waiting: ((connection: SqliteConnection) => void)[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #shared: Promise<SqliteConnection> | undefined;
  /** The shared one, once it is open. */
  #ready: SqliteConnection | undefined;
  #isClosed = false;

  constructor(open: (use: ReaderUse) => Promise<SqliteConnection>) {
    this.#open = open;
  }

  /** For statements that each stand alone. */
  share<T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const ready = this.#ready;
    if (ready !== undefined) return this.#track(() => work(ready));
    return this.#track(async () => {
      this.#shared ??= this.#opened("shared");
      this.#ready = await this.#shared;
      return work(this.#ready);
    });
  }

  /** For a transaction; when all are lent, it waits for the first that comes back. */
  lend<T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    return this.#track(async () => {
      const connection = await this.#take();
      try {
        return await work(connection);
      } finally {
        const next = this.#waiting.shift();
        if (next === undefined) this.#idle.push(connection);
        else next(connection);
      }
    });
  }

  /** Lends no more, and closes the connections once they are given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    for (const opening of this.#all) (await opening.catch(() => undefined))?.close();
    this.#all.clear();
  }

  #track<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new HoldfastError("the store is closed", { code: "STORE_CLOSED" }));
    const running = run();
    this.#underWay.add(running);
    const over = (): void => void this.#underWay.delete(running);
    running.then(over, over);
    return running;
  }

  #take(): Promise<SqliteConnection> | SqliteConnection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < readersMost) return this.#opened("lent");
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #opened(use: ReaderUse): Promise<SqliteConnection> {
    const opening = this.#open(use);
    this.#all.add(opening);
    opening.catch(() => this.#all.delete(opening));
    return opening;
  }
}
