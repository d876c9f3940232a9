export type { StoreUnderTest } from "./store-under-test.ts";
export { storesUnderTest } from "./stores-under-test.ts";
