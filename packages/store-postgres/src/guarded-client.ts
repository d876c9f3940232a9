import { HoldfastError } from "@holdfast/core";
import { Client } from "pg";
import type { ClientConfig } from "pg";

type Listener = (data: Buffer) => void;
type Attach = (stream: { on(event: string, listener: Listener): unknown }) => unknown;

const headBytes = 5;
/** More than any server says first. */
const firstBytesMost = 30_000;
/** What a server may begin with: how to prove who one is, an error, a notice, or another version of the protocol. */
const firstTypes: ReadonlySet<string> = new Set(["R", "E", "N", "v"]);

/**
 * A client of pg that ends its connection, and not the process, where what comes in is not what Postgres says. pg's
 * parser throws then, inside of an event of the socket, where nobody could catch it; and where something else listens
 * on the port, it may wait for the rest of a message of a gigabyte.
 */
export class GuardedClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    guardIncoming(this);
  }
}

function guardIncoming({ connection }: Client): void {
  const attach: unknown = Reflect.get(connection, "attachListeners");
  if (!isAttach(attach)) return;
  const attachGuarded: Attach = (stream) => {
    let isFirst = true;
    const guarded = (listener: Listener) => (data: Buffer) => {
      try {
        if (isFirst) checkFirst(data);
        isFirst = false;
        listener(data);
      } catch (thrown) {
        connection.stream.destroy(broken(thrown));
      }
    };
    return attach.call(connection, {
      on: (event, listener) => stream.on(event, event === "data" ? guarded(listener) : listener),
    });
  };
  Reflect.set(connection, "attachListeners", attachGuarded);
}

function isAttach(value: unknown): value is Attach {
  return typeof value === "function";
}

/** INVALID_CONFIG for what no server of Postgres begins with. What comes in less than a message's head is let through. */
function checkFirst(data: Buffer): void {
  const isKnown = firstTypes.has(String.fromCharCode(data[0] ?? 0));
  const length = data.length < headBytes ? headBytes : data.readUInt32BE(1);
  if (isKnown && length >= headBytes - 1 && length <= firstBytesMost) return;
  throw new HoldfastError("what answers is not a Postgres server", { code: "INVALID_CONFIG" });
}

function broken(thrown: unknown): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  const isAuthentication = thrown instanceof Error && thrown.message.startsWith("Unknown authenticationOk");
  return isAuthentication
    ? new HoldfastError("the server asks for proof in a way that pg does not know", {
        code: "INVALID_CONFIG",
        cause: thrown,
      })
    : new HoldfastError("the connection brought what Postgres does not say", {
        code: "STORE_UNAVAILABLE",
        cause: thrown,
      });
}
