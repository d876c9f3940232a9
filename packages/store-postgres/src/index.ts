export { backend } from "./backend.ts";
export { openPostgresStore } from "./open.ts";
