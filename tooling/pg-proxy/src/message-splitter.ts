/** One message of Postgres's protocol, as it stands on the wire. */
export interface WireMessage {
  /** Its letter; empty for what a client begins with, which has none. */
  readonly type: string;
  /** All of it, type and length included. */
  readonly bytes: Buffer;
}

const lengthBytes = 4;

/**
 * Puts one direction's packets together into messages. What a client sends first has no type: its length comes first.
 * Source: https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export class MessageSplitter {
  #waiting: Buffer = Buffer.alloc(0);
  #hasTypes: boolean;

  /** `from`: who speaks. */
  constructor(from: "client" | "server") {
    this.#hasTypes = from === "server";
  }

  /** The messages that are complete with this packet. */
  push(packet: Buffer): readonly WireMessage[] {
    this.#waiting = this.#waiting.length === 0 ? packet : Buffer.concat([this.#waiting, packet]);
    const messages: WireMessage[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): WireMessage | undefined {
    const typeBytes = this.#hasTypes ? 1 : 0;
    if (this.#waiting.length < typeBytes + lengthBytes) return undefined;
    const end = typeBytes + this.#waiting.readUInt32BE(typeBytes);
    if (this.#waiting.length < end) return undefined;
    const bytes = this.#waiting.subarray(0, end);
    this.#waiting = this.#waiting.subarray(end);
    const type = typeBytes === 0 ? "" : String.fromCharCode(bytes[0] ?? 0);
    this.#hasTypes = true;
    return { type, bytes };
  }
}
