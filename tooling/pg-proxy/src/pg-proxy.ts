/**
 * A stand-in for a network between clients and a Postgres server, on a Unix socket in a temporary folder. It reads the
 * messages that pass, counts them, and cuts connections or falls silent exactly where it is told to. A connection that
 * fell silent stays open towards the server, as one does whose packets are dropped on the way. It does not speak TLS.
 */
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { join } from "node:path";

import { Client } from "pg";

import type { Fault } from "./fault.ts";
import { guardedFolder } from "./guarded-folder.ts";
import type { WireMessage } from "./message-splitter.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import type { Passage, Passing } from "./proxied-connection.ts";

export interface PgProxyOptions {
  /** Tells clients of another process of the server than they are served by, as a pooler does. @default false */
  readonly hidesProcess?: boolean;
  /** How long each packet takes, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** How many bytes go at once, 1 for a trickle. @default no limit */
  readonly pieceBytes?: number;
}

export class PgProxy implements AsyncDisposable {
  /** The server's URL, by way of this proxy. */
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;
  readonly #target: string | { readonly host: string; readonly port: number };
  readonly #connections = new Set<ProxiedConnection>();
  readonly #options: PgProxyOptions;
  #fault: Fault | undefined;
  #counted = 0;
  #isDown = false;
  #strikes = 0;

  private constructor(serverUrl: string, folder: string, options: PgProxyOptions) {
    const { host, port } = new Client({ connectionString: serverUrl });
    this.#options = options;
    this.#target = host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : { host, port };
    this.#folder = folder;
    this.#server = createServer((client) => this.#serve(client));
    const url = new URL(serverUrl);
    url.searchParams.set("host", folder);
    url.searchParams.set("port", "5432");
    this.url = url.href;
  }

  static async start(serverUrl: string, options: PgProxyOptions = {}): Promise<PgProxy> {
    const folder = guardedFolder("holdfast-proxy-");
    const proxy = new PgProxy(serverUrl, folder, options);
    await new Promise<void>((resolve) => proxy.#server.listen(join(folder, ".s.PGSQL.5432"), resolve));
    return proxy;
  }

  /** How many faults have struck. */
  get strikes(): number {
    return this.#strikes;
  }

  /** Sets the next fault, in place of one that has not struck yet. Messages count from now on, those of all connections. */
  arm(fault: Fault): void {
    this.#fault = fault;
    this.#counted = 0;
  }

  /** Takes back a fault that has not struck yet, and lets new connections through again. */
  heal(): void {
    this.#fault = undefined;
    this.#isDown = false;
  }

  /** Ends every connection, and lets none through until it is healed. */
  down(): void {
    this.#isDown = true;
    this.#endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endAll();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #endAll(): void {
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
  }

  #serve(client: Socket): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const server = typeof this.#target === "string" ? connect(this.#target) : connect(this.#target);
    const { latencyMs = 0, pieceBytes = Infinity, hidesProcess = false } = this.#options;
    const connection = new ProxiedConnection(client, server, {
      latencyMs,
      pieceBytes,
      judge: (passage) => this.#judge(passage),
      rewrite: hidesProcess ? withOtherProcess : ({ bytes }) => bytes,
    });
    this.#connections.add(connection);
    server.on("close", () => this.#connections.delete(connection));
  }

  #judge(passage: Passage): Passing {
    const fault = this.#fault;
    if (fault === undefined) return undefined;
    const bytes = this.#passingBytes(fault, passage);
    if (bytes === undefined) return undefined;
    this.#fault = undefined;
    this.#isDown ||= fault.staysDown ?? false;
    this.#strikes += 1;
    return { bytes, strike: fault.strike };
  }

  /** How much of this message still passes, if it is the one that the fault waits for. */
  #passingBytes({ at }: Fault, { side, length, isCommit, isCommitted }: Passage): number | undefined {
    if ("commit" in at) {
      if (at.commit === "answered") return isCommitted ? 0 : undefined;
      if (!isCommit) return undefined;
      return at.commit === "before" ? 0 : length;
    }
    if (side !== at.of) return undefined;
    this.#counted += 1;
    return this.#counted === at.message ? Math.min(at.bytes, length) : undefined;
  }
}

const processMessage = "K";
const processAt = 5;

function withOtherProcess({ type, bytes }: WireMessage): Buffer {
  if (type !== processMessage) return bytes;
  const changed = Buffer.from(bytes);
  changed.writeInt32BE(bytes.readInt32BE(processAt) + 1, processAt);
  return changed;
}
