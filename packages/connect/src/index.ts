export { planLayout, pruneLayout } from "./change-layout.ts";
export { openStore } from "./connect.ts";
export type { StoreConfig } from "./connect.ts";
export { defaultUrl } from "./environment.ts";
export type { StoreEnvironment } from "./environment.ts";
export { importModule } from "./import-module.ts";
export { recoverStore } from "./recover-store.ts";
export type { RecoverStoreOptions } from "./recover-store.ts";
export { shownUrl } from "./store-url.ts";
