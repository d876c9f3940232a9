import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";

export interface ProxyOptions {
  /** Tells clients of another process of the server than they are served by, as a pooler does. @default false */
  readonly hidesProcess?: boolean;
}

/** What happens to the next commit that passes through. */
export type Cut = "before it is forwarded" | "when it is answered";

/** The command as a query of its own or as what is parsed; other texts hold the word, too. */
const commitMessage = /(?:\0|Q\0\0\0\v)commit\0/;

/** A stand-in for a network between stores and the server, which can be cut where a commit passes through. */
export class Proxy implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;
  readonly #target: string | { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #hidesProcess: boolean;
  #cut: Cut | undefined;
  #staysDown = false;
  #isDown = false;
  #cuts = 0;

  private constructor(serverUrl: string, folder: string, { hidesProcess = false }: ProxyOptions) {
    this.#hidesProcess = hidesProcess;
    const { host, port } = new Client({ connectionString: serverUrl });
    this.#target = host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : { host, port };
    this.#folder = folder;
    this.#server = createServer((socket) => this.#serve(socket));
    const url = new URL(serverUrl);
    url.searchParams.set("host", folder);
    url.searchParams.set("port", "5432");
    this.url = url.href;
  }

  static async start(serverUrl: string, options: ProxyOptions = {}): Promise<Proxy> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-proxy-"));
    const proxy = new Proxy(serverUrl, folder, options);
    await new Promise<void>((resolve) => proxy.#server.listen(join(folder, ".s.PGSQL.5432"), resolve));
    return proxy;
  }

  /** How many commits were cut so far. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Cuts the connection where the next commit passes, once. */
  cutNextCommit(cut: Cut): void {
    this.#cut = cut;
  }

  /** The same, and from then on nothing comes through. */
  cutForGood(cut: Cut): void {
    this.#cut = cut;
    this.#staysDown = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #serve(client: Socket): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const server = typeof this.#target === "string" ? connect(this.#target) : connect(this.#target);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    server.on("data", (data) => client.write(this.#hidesProcess ? withOtherProcess(data) : data));
    client.on("data", (data) => {
      if (this.#cut === undefined || !commitMessage.test(data.toString("latin1"))) server.write(data);
      else this.#cutNow(this.#cut, client, server, data);
    });
  }

  #cutNow(cut: Cut, client: Socket, server: Socket, data: Buffer): void {
    this.#cut = undefined;
    this.#cuts += 1;
    this.#isDown = this.#staysDown;
    if (cut === "before it is forwarded") {
      client.destroy();
      return;
    }
    server.removeAllListeners("data");
    server.on("data", (answer) => {
      if (answer.includes("COMMIT")) client.destroy();
    });
    server.write(data);
  }
}

const processMessage = 0x4b;

/** The server's messages, of which one tells the number of its process at the beginning. */
function withOtherProcess(data: Buffer): Buffer {
  for (let at = 0; at + 9 <= data.length; at += 1 + data.readInt32BE(at + 1)) {
    if (data[at] === processMessage) data.writeInt32BE(data.readInt32BE(at + 5) + 1, at + 5);
  }
  return data;
}
