import { own, theme } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const planRound = "packages/core/src/plan-round.ts";

/** Of what a round decides, and of what deletes do to children. */
export const roundMutants: readonly Mutant[] = [
  {
    name: "versions-restart",
    breaks: "a record that is created again goes on from its tombstone's version",
    file: planRound,
    find: "  const version = (state?.version ?? 0) + 1;",
    replace: '  const version = (state?.kind === "live" ? state.version : 0) + 1;',
    finder: theme("memory", "expectations"),
  },
  {
    name: "keys-unsorted",
    breaks: "all writers lock keys in one order, so overlapping batches never deadlock",
    file: planRound,
    find: "[...map.keys()].sort()",
    replace: "[...map.keys()]",
    finder: own("@holdfast/core", "plan-round", "in one order"),
  },
  {
    name: "match-ignored",
    breaks: "`match` must hold, or the write is refused",
    file: planRound,
    find: "  if (match === undefined) return undefined;",
    replace: "  if (match !== null) return undefined;",
    finder: theme("memory", "match"),
  },
  {
    name: "version-ignored",
    breaks: "an expected version must be the stored one, or the write is refused",
    file: planRound,
    find: '  if (typeof expect === "number" && live?.version !== expect) return "version";',
    replace: "",
    finder: theme("memory", "expectations"),
  },
  {
    name: "restore-goes-back",
    breaks: "what is restored is applied only where it is newer",
    file: planRound,
    find: "incoming <= state.version",
    replace: "incoming < 0",
    finder: theme("memory", "restore and tombstones"),
  },
  {
    name: "batches-in-part",
    breaks: "a batch is done as a whole or not at all",
    file: planRound,
    find: "    if (isDone) {\n      if (footings",
    replace: "    {\n      if (footings",
    finder: theme("memory", "batches"),
  },
  {
    name: "cascade-one-level",
    breaks: "a cascade deletes children of children too",
    file: "packages/core/src/references.ts",
    find: "    level = byType(await decideLevel(expansion, level));",
    replace: "    await decideLevel(expansion, level);\n    level = [];",
    finder: theme("memory", "what deleting a parent does to its children"),
  },
  {
    name: "detach-one-field",
    breaks: "a delete frees a child of every reference to the parent",
    file: "packages/core/src/store/encode-ops.ts",
    find: "[...fields].map((field) => [field, null])",
    replace: "[...fields].slice(0, 1).map((field) => [field, null])",
    finder: theme("memory", "what deleting a parent does to its children"),
  },
  {
    name: "clock-stands-still",
    breaks: "a batch of n takes n stamps, each above the one before",
    file: "packages/core/src/stamps.ts",
    find: "Math.max(Math.floor(now()), last + 1)",
    replace: "Math.floor(now())",
    finder: theme("memory", "stamps"),
  },
  {
    name: "in-turn-without-its-footing",
    breaks: "a write that is built on another waits until that is done",
    file: "packages/core/src/writes-in-turn.ts",
    find: '&& (chain?.on === undefined || chain.on.state === "done")',
    replace: "&& chain !== null",
    finder: own("@holdfast/core", "writes-in-turn", "is built on one that is not done"),
  },
  {
    name: "left-in-turn-is-forgotten",
    breaks: "what a driver leaves in turn is done as any other",
    file: "packages/core/src/rounds-in-turn.ts",
    find: "return result === undefined;",
    replace: "return result === undefined && at > 1;",
    finder: own("@holdfast/core", "writes-in-turn", "are done as any other, in their order"),
  },
  {
    name: "many-reads-in-one-round",
    breaks: "many reads are asked in two rounds beside each other",
    file: "packages/core/src/group-read.ts",
    find: "const roundsMost = 2;",
    replace: "const roundsMost = 1;",
    finder: own("@holdfast/core", "group-read", "in two halves beside each other"),
  },
];
