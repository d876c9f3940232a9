import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";

import { CommitSpotter } from "./commit-spotter.ts";
import { MessageSplitter } from "./message-splitter.ts";
import type { WireMessage } from "./message-splitter.ts";

type Side = "client" | "server";

/** How much of a message still passes, where a fault strikes at it. */
export type Passing = { readonly bytes: number; readonly strike: "cut" | "silence" } | undefined;

export interface Passage {
  readonly side: Side;
  readonly length: number;
  readonly isCommit: boolean;
  /** Whether it is the server's word that a commit is done. */
  readonly isCommitted: boolean;
}

export interface Way {
  readonly latencyMs: number;
  /** How many bytes go at once. */
  readonly pieceBytes: number;
  /** Asked about each message of a session that has begun. */
  readonly judge: (passage: Passage) => Passing;
  /** Changes a message of the server's. */
  readonly rewrite: (message: WireMessage) => Buffer;
}

const readyForQuery = "Z";
const commandComplete = "C";
const simpleQuery = "Q";
const sync = "S";

/** One client's connection and the server's, between which messages go in whole, in their order. */
export class ProxiedConnection {
  readonly #sockets: Readonly<Record<Side, Socket>>;
  readonly #way: Way;
  readonly #spotter = new CommitSpotter();
  /** For each of the client's messages that the server ends with "ready": whether it commits what stands alone. */
  readonly #awaited: boolean[] = [];
  readonly #turns: Record<Side, Promise<void>> = { client: Promise.resolve(), server: Promise.resolve() };
  #hasBegun = false;
  #isSilent = false;

  constructor(client: Socket, server: Socket, way: Way) {
    this.#sockets = { client, server };
    this.#way = way;
    for (const side of ["client", "server"] as const) {
      const splitter = new MessageSplitter(side);
      const socket = this.#sockets[side];
      socket.on("error", () => socket.destroy());
      socket.on("data", (packet) => this.#take(side, splitter.push(packet)));
      // What one side's end leaves to the other is still delivered; silence keeps even that from it.
      socket.on("close", () => {
        if (!this.#isSilent) void this.#turns[side].then(() => this.#other(side).destroy());
      });
    }
  }

  /** Ends both connections. */
  destroy(): void {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  #take(side: Side, messages: readonly WireMessage[]): void {
    for (const message of messages) {
      if (this.#isSilent) return;
      const { bytes } = message;
      const isCommit = side === "client" && this.#spotter.isCommit(message);
      const passage = { side, length: bytes.length, isCommit, isCommitted: this.#isCommitted(side, message, isCommit) };
      const passing = this.#hasBegun ? this.#way.judge(passage) : undefined;
      this.#hasBegun ||= side === "server" && message.type === readyForQuery;
      const whole = side === "server" ? this.#way.rewrite(message) : bytes;
      this.#send(side, whole.subarray(0, passing?.bytes ?? whole.length));
      if (passing !== undefined) this.#strike(side, passing.strike);
    }
  }

  /** What stands alone is committed when the server says that it is ready, and not when it says that the statement is done. */
  #isCommitted(side: Side, { type, bytes }: WireMessage, isCommit: boolean): boolean {
    if (side === "client") {
      if (type === sync || type === simpleQuery) this.#awaited.push(isCommit && type === sync);
      return false;
    }
    if (type === commandComplete) return bytes.includes("COMMIT\0");
    return type === readyForQuery && this.#hasBegun && this.#awaited.shift() === true;
  }

  #strike(side: Side, strike: "cut" | "silence"): void {
    this.#isSilent = true;
    if (strike === "cut") void this.#turns[side].then(() => this.destroy());
  }

  #send(side: Side, bytes: Buffer): void {
    if (bytes.length === 0) return;
    const to = this.#other(side);
    const { latencyMs, pieceBytes } = this.#way;
    this.#turns[side] = this.#turns[side].then(async () => {
      if (latencyMs > 0) await delay(latencyMs);
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        if (at > 0) await turn();
        if (to.destroyed) return;
        to.write(bytes.subarray(at, at + pieceBytes));
      }
    });
  }

  #other(side: Side): Socket {
    return this.#sockets[side === "client" ? "server" : "client"];
  }
}
