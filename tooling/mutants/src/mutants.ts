import type { Mutant } from "./mutant.ts";
import { damageMutants } from "./mutants/damage.ts";
import { crashMutants } from "./mutants/crashes.ts";
import { inputMutants } from "./mutants/input.ts";
import { killMutants } from "./mutants/kills.ts";
import { orchestratorMutants } from "./mutants/orchestrator.ts";
import { liveMutants } from "./mutants/live.ts";
import { moveMutants } from "./mutants/moves.ts";
import { placeMutants } from "./mutants/places.ts";
import { postgresMutants } from "./mutants/postgres.ts";
import { roundMutants } from "./mutants/rounds.ts";
import { sessionMutants } from "./mutants/sessions.ts";
import { sqlMutants } from "./mutants/sql.ts";
import { sqliteMutants } from "./mutants/sqlite.ts";
import { stateStoreMutants } from "./mutants/state-stores.ts";
import { stateMutants } from "./mutants/states.ts";
import { tinyDbMutants } from "./mutants/tinydb.ts";
import { workflowMutants } from "./mutants/workflow.ts";

/** All faults that the tests are known to find. */
export const mutants: readonly Mutant[] = [
  ...crashMutants,
  ...inputMutants,
  ...roundMutants,
  ...sessionMutants,
  ...stateMutants,
  ...damageMutants,
  ...sqlMutants,
  ...sqliteMutants,
  ...moveMutants,
  ...placeMutants,
  ...postgresMutants,
  ...killMutants,
  ...orchestratorMutants,
  ...stateStoreMutants,
  ...liveMutants,
  ...tinyDbMutants,
  ...workflowMutants,
];
