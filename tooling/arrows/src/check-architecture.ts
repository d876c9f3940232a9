import type { Repository, Violation } from "./repository.ts";
import { allowedDependencies } from "./rules/allowed-dependencies.ts";
import { declaredImports } from "./rules/declared-imports.ts";
import { downhillImports } from "./rules/downhill-imports.ts";
import { handedInParts } from "./rules/handed-in-parts.ts";
import { namelessBackends } from "./rules/nameless-backends.ts";
import { noEnvironment } from "./rules/no-environment.ts";
import { noFileCycles } from "./rules/no-file-cycles.ts";
import { oneDoor } from "./rules/one-door.ts";
import { ownFiles } from "./rules/own-files.ts";
import { plainData } from "./rules/plain-data.ts";
import { quietCore } from "./rules/quiet-core.ts";
import { typeChecked } from "./rules/type-checked.ts";

const rules = [
  allowedDependencies,
  declaredImports,
  downhillImports,
  handedInParts,
  namelessBackends,
  noEnvironment,
  noFileCycles,
  oneDoor,
  ownFiles,
  plainData,
  quietCore,
  typeChecked,
];

/** Every broken rule of the architecture, in words; empty when all hold. */
export function checkArchitecture(repository: Repository): readonly Violation[] {
  return rules.flatMap((rule) => rule(repository));
}
