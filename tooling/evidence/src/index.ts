export { writeEvidence } from "./write-evidence.ts";
export type { Evidence, EvidencePromise } from "./write-evidence.ts";
