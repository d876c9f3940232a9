export type { HistoryEvent } from "./history.ts";
export { recordClients } from "./record-clients.ts";
export { verdictOf } from "./verdict-of.ts";
export { historyLayout } from "./workloads/store-clients.ts";
export { storeWorkloads } from "./workloads/store-workloads.ts";
export type { StoreWorkload, WorkloadName } from "./workloads/store-workloads.ts";
