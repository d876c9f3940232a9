import type { Client, Connection, PoolClient, Submittable } from "pg";

/** What pg's connection has beyond its typed part: the messages of COPY. */
interface CopyingConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY … FROM STDIN` on pg alone: sends the chunks one after another and is over with the server's answer. */
export function copyIn(client: Client | PoolClient, statement: string, chunks: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, chunks, resolve, reject));
  });
}

/** The names of its methods are those that pg's client calls. */
class CopyIn implements Submittable {
  readonly #statement: string;
  readonly #chunks: Iterable<string>;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(statement: string, chunks: Iterable<string>, resolve: () => void, reject: (error: unknown) => void) {
    this.#statement = statement;
    this.#chunks = chunks;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection & Partial<CopyingConnection>): void {
    connection.query?.(this.#statement);
  }

  handleCopyInResponse(connection: CopyingConnection): void {
    for (const chunk of this.#chunks) connection.sendCopyFromChunk(Buffer.from(chunk));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The answer to the whole follows.
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }
}

/** A row in COPY's text form. */
export function copyLine(values: readonly (string | number)[]): string {
  return `${values.map((value) => String(value).replace(/[\\\t\n\r]/g, escaped)).join("\t")}\n`;
}

function escaped(character: string): string {
  return { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character] ?? character;
}
