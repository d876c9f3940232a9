export { backend } from "./backend.ts";
export { openJsonStore } from "./open-json-store.ts";
