export { bound, faultyDriver } from "./faulty-driver.ts";
export type { Bug } from "./faulty-driver.ts";
export type { SeededBug } from "./seeded-bug.ts";
export { seededBugs } from "./seeded-bugs.ts";
export { snapshotIsolation } from "./snapshot-isolation.ts";
export { withoutTransactions } from "./transaction-bugs.ts";
