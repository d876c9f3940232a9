import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";

export interface FakeServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections came. */
  readonly connections: number;
}

/** Listens on a free port of this machine, and is no Postgres: `answer` is called with each connection's first bytes. */
export async function startFakeServer(answer: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", () => answer(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
