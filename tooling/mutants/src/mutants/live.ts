import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const repositories = "@holdfast/repositories";
const workflow = "packages/repositories/src/workflow";

/** Of plain objects at a path, of what is taken up at start-up, and of entities held in memory. */
export const liveMutants: readonly Mutant[] = [
  {
    name: "first-path-wins",
    breaks: "another path is another manager",
    file: `${workflow}/storage-manager.ts`,
    find: "const present = managers.get(place.identity);",
    replace: "const [present] = managers.values();",
    finder: own(repositories, "storage-manager-place", "is another one for another path"),
  },
  {
    name: "links-not-followed",
    breaks: "all names of one path are one place, through links too",
    file: "packages/connect/src/store-place.ts",
    find: "${realPath(absolute, linksMost)}",
    replace: "${absolute}",
    finder: own("@holdfast/connect", "store-place", "is the place of"),
  },
  {
    name: "merge-forgets",
    breaks: "a save that merges keeps the fields that it does not name",
    file: `${workflow}/object-storage.ts`,
    find: "({ ...now, ...body, id })",
    replace: "({ ...(now && {}), ...body, id })",
    finder: own(repositories, "storage-manager", "a save merges into what is stored"),
  },
  {
    name: "lists-of-one-page",
    breaks: "a list is whole, however long",
    file: `${workflow}/object-storage.ts`,
    find: "if (next === undefined) return records.map",
    replace: "if (next !== null) return records.map",
    finder: own(repositories, "storage-manager", "long lists come as pages"),
  },
  {
    name: "ends-taken-back",
    breaks: "a save moves a stored status only where events lead",
    file: `${workflow}/reachable-status.ts`,
    find: "!reachable(lifecycle, stored.status).has(status)",
    replace: "!lifecycle.statuses.includes(status)",
    finder: own(repositories, "entity-repository", "a new entity may have any status"),
  },
  {
    name: "steps-leave-halves",
    breaks: "a step that is not allowed stores nothing, a new entity neither",
    file: `${workflow}/stored-step.ts`,
    find: "return store.transaction(async (session) => inStore(about, session, lifecycle, key));",
    replace: "return inStore(about, store, lifecycle, key);",
    finder: own(repositories, "originals-storage", "a step that is not allowed says so"),
  },
  {
    name: "unknown-statuses-unseen",
    breaks: "a row whose status no lifecycle knows is reported at start-up",
    file: "packages/repositories/src/load-running.ts",
    find: ", ...unknownStatuses(lifecycle)]",
    replace: ", ...unknownStatuses(lifecycle).slice(0, 0)]",
    finder: own(repositories, "load-running", "what is broken is reported"),
  },
  {
    name: "registry-goes-back",
    breaks: "a registry never takes an older version for a newer one",
    file: "packages/repositories/src/registry.ts",
    find: "held.version > item.version",
    replace: "held.version < 0",
    finder: own(repositories, "registry", "never takes an older version"),
  },
];
