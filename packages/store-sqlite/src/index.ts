export { backend } from "./backend.ts";
export { openSqliteStore } from "./open.ts";
