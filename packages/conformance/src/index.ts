export { describeStore } from "./describe-store.ts";
export { describeTransaction } from "./describe-transaction.ts";
export type { StoreTarget } from "./store-target.ts";
export type { TestRunner } from "./runner.ts";
