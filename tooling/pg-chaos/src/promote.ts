import { askServer } from "./ask-server.ts";

/**
 * Makes a standby the server, and resolves once it is. Postgres's own waiting is a statement that lasts: where what is
 * left to replay removes rows that it could see, replay waits for the statement, and the statement for replay.
 */
export async function promote(server: { readonly url: string }): Promise<void> {
  await askServer(server, "select pg_promote(wait => false)");
  for (;;) {
    const [answer] = await askServer(server, "select pg_is_in_recovery() as waits");
    if (answer?.["waits"] === false) return;
  }
}
