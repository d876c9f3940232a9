/**
 * Asks the server to cancel what a connection runs, on a connection of its own that carries nothing else, unencrypted:
 * the two numbers in it are good for nothing but this. A pooler in between passes it on. It is a request: where it is
 * lost, a statement that waits for a lock ends by the connection's lock timeout all the same.
 * Source: https://www.postgresql.org/docs/15/protocol-message-formats.html (CancelRequest)
 */
import { connect } from "node:net";

import type { Client } from "pg";

const cancelRequestCode = 80_877_102;
const messageBytes = 16;
const socketMs = 5_000;

export function cancelStatement(client: Client): void {
  const { host, port } = client;
  const [process, secret] = keyOf(client);
  if (process === undefined || secret === undefined) return;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on("error", () => undefined);
  socket.setTimeout(socketMs, () => socket.destroy());
  socket.unref();
  const message = Buffer.alloc(messageBytes);
  [messageBytes, cancelRequestCode, process, secret].forEach((value, at) => message.writeInt32BE(value, at * 4));
  // The other side hangs up first: where we do, PgBouncer 1.18 ends itself over it.
  socket.resume().write(message);
}

/** What the server named the connection by when it was opened. */
function keyOf(client: Client): readonly (number | undefined)[] {
  return ["processID", "secretKey"].map((name) => {
    const value: unknown = Reflect.get(client, name);
    return typeof value === "number" ? value : undefined;
  });
}
