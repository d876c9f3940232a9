import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";

/** A standby that answers what it is asked before it replays what would take the answer's rows away. */
export async function startStandby(first: PostgresServer): Promise<PostgresServer> {
  const settings = { max_standby_streaming_delay: "-1", max_standby_archive_delay: "-1" };
  return startPostgres({ fsync: true, standbyOf: first, settings });
}
