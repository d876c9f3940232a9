import { registerPlannedSuite } from "./planned-suite.ts";

registerPlannedSuite();
