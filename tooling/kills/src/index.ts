export { compileShim, shimMissing } from "./compile-shim.ts";
export { faultEnvironment, type Fault, type FaultKind } from "./fault.ts";
export { makeTools, type Tools } from "./tools.ts";
