export { checkArchitecture } from "./check-architecture.ts";
export { readRepository } from "./read-repository.ts";
export { type Manifest, type Repository, repositoryOf } from "./repository.ts";
