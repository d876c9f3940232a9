import type { Row, Statement } from "@holdfast/store-sql";

import { sessionEnding } from "./end-session.ts";
import type { ServerSession } from "./end-session.ts";
import { settleOutcome } from "./settle-outcome.ts";
import type { Fate, ResolvingServer } from "./settle-outcome.ts";

/** A statement that commits by itself, of which no answer came. */
export interface LostWrite {
  /** The session that it was sent to. */
  readonly session: ServerSession;
  /** Asks what became of it, as `SqlConnection.writeAtOnce` says. */
  readonly fate: Statement;
}

/**
 * What a statement that commits by itself would have given, if it was done after all. It has no number that is known, but
 * it can only be done by the session that it was sent to: so that is ended first, unless it is at work, and what it has
 * left is looked at behind it. Fails as `resolveCommit` does.
 */
export function resolveWrite(
  server: ResolvingServer,
  { session, fate }: LostWrite,
  cause: unknown,
): Promise<readonly Row[]> {
  return settleOutcome(server, cause, async (client): Promise<Fate<readonly Row[]>> => {
    const { rowCount } = await client.query({ text: sessionEnding, values: [session.pid, session.began] });
    if (rowCount !== 0) return "not yet";
    const { rows } = await client.query<Row>({ text: fate.sql, values: [...fate.parameters] });
    switch (rows[0]?.["fate"]) {
      case "done":
        return { done: rows };
      case "undone":
        return "undone";
      default:
        return "unknown";
    }
  });
}
