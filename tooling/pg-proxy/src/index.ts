export type { Fault, Place, Strike } from "./fault.ts";
export { PgProxy } from "./pg-proxy.ts";
export type { PgProxyOptions } from "./pg-proxy.ts";
