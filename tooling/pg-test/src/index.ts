export { createDatabase } from "./create-database.ts";
export { selectStores, type StoreName } from "./select-stores.ts";
export { sharedServerUrl } from "./shared-server.ts";
export { startPostgres, type PostgresOptions, type PostgresServer } from "./start-postgres.ts";
export type { Ending } from "./server-process.ts";
