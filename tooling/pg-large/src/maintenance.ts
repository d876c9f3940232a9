/** Sessions of somebody who works on the tables by hand, and in whose way everybody else is. */
import { Client } from "pg";

export class Maintenance implements AsyncDisposable {
  readonly #work: () => Promise<void>;
  #ended: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Lets go of the table; resolves when the work is done. Safe to call twice. */
  end(): Promise<void> {
    return (this.#ended ??= this.#work());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}

/** Each resolves when the table is out of reach. */
export const maintenances = {
  "a lock": async (url, table) => {
    const holder = await connect(url);
    await holder.query(`begin; lock table ${table} in access exclusive mode`);
    return new Maintenance(() => commit(holder));
  },
  "a change of the table that is not committed yet": async (url, table) => {
    const holder = await connect(url);
    await holder.query(`begin; alter table ${table} add column remark text`);
    return new Maintenance(() => rollback(holder));
  },
  // It waits for whoever reads, and all others wait for it.
  "a VACUUM FULL behind a long look": async (url, table) => {
    const reader = await connect(url);
    await reader.query(`begin; select 1 from ${table} limit 1`);
    const cleaner = await connect(url);
    const done = cleaner.query(`vacuum full ${table}`);
    const waiting = "select 1 from pg_stat_activity where query like 'vacuum full%' and wait_event_type = 'Lock'";
    // Within one transaction the server's view of its sessions stays as it was.
    const watcher = await connect(url);
    while ((await watcher.query(waiting)).rowCount === 0);
    await watcher.end();
    return new Maintenance(async () => {
      await commit(reader);
      await done;
      await cleaner.end();
    });
  },
} as const satisfies Readonly<Record<string, (url: string, table: string) => Promise<Maintenance>>>;

export type MaintenanceName = keyof typeof maintenances;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined); // A server that stops while we leave is no failure of ours.
  await client.connect();
  return client;
}

async function commit(client: Client): Promise<void> {
  await client.query("commit");
  await client.end();
}

async function rollback(client: Client): Promise<void> {
  await client.query("rollback");
  await client.end();
}
