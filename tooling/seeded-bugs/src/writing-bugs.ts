import type { DriverGroup, DriverOp, GroupResult, Layout, OpResult } from "@holdfast/core";

import { misapply, miswrite } from "./faulty-driver.ts";
import type { Bug } from "./faulty-driver.ts";
import type { SeededBug } from "./seeded-bug.ts";

export const writingBugs: readonly SeededBug[] = [
  {
    name: "match is not heeded",
    theme: "match",
    bug: eachOp((op) => (op.kind === "put" ? { ...op, match: new Map() } : op)),
  },
  {
    name: "an expected version only asks for presence",
    theme: "expectations",
    bug: eachOp((op) => ("expect" in op && typeof op.expect === "number" ? { ...op, expect: "present" } : op)),
  },
  {
    name: "checks are left out",
    theme: "batches",
    bug: eachOp((op) => (op.kind === "check" ? { ...op, expect: "any" } : op)),
  },
  {
    name: "each op of a batch stands alone",
    theme: "batches",
    bug: misapply(async (apply, groups) =>
      Promise.all(groups.map(async (group) => (await apply(group.map((op) => [op]))).flat())),
    ),
  },
  {
    name: "a batch is stored only up to 1,000 ops",
    theme: "batches",
    bug: misapply(async (apply, groups) => cutShort(await apply(groups.map((group) => group.slice(0, 1_000))), groups)),
  },
  {
    name: "tombstones are forgotten at once",
    theme: "records and versions",
    bug: (sound) => ({
      apply: async (groups) => {
        const results = await sound.apply(groups);
        await sound.prune(Infinity);
        return results;
      },
    }),
  },
  {
    name: "a restored record gets a new version",
    theme: "restore and tombstones",
    bug: eachOp((op) =>
      op.kind === "restore" ? { ...op, kind: "put", documentVersion: 1, text: op.record.text, expect: "any" } : op,
    ),
  },
  {
    name: "keys are stored in their order",
    theme: "values",
    bug: eachText((text) => JSON.stringify(JSON.parse(text, sortedKeys))),
  },
  { name: "U+0000 is dropped", theme: "values", bug: eachText((text) => text.replaceAll("\\u0000", "")) },
  {
    name: "lone surrogates are replaced",
    theme: "values",
    bug: eachText((text) => text.replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, "\ufffd")),
  },
  {
    name: "__proto__ is lost",
    theme: "values",
    bug: eachText((text) => JSON.stringify({ ...(JSON.parse(text, withoutProto) as object) })),
  },
  { name: "every 40th write is acknowledged and lost", theme: "many at once", bug: forgetful(40) },
  {
    name: "one bad group fails all that wait with it",
    theme: "many at once",
    bug: misapply(async (apply, groups) => {
      const results = await apply(groups);
      return results.flat().every(({ ok }) => ok)
        ? results
        : groups.map((group) => group.map((): OpResult => ({ ok: false, why: "batch" })));
    }),
  },
  {
    name: "unique indexes are not unique",
    theme: "unique indexes",
    bug: relayout((type) => ({ ...type, indexes: type.indexes.map(({ fields }) => ({ fields, unique: false })) })),
  },
  { name: "references are not enforced", theme: "references", bug: relayout((type) => ({ ...type, references: [] })) },
  {
    name: "an error of the database comes through as it is",
    theme: "unique indexes",
    bug: misapply(async (apply, groups) =>
      apply(groups).catch(() => {
        throw new TypeError("duplicate key value violates unique constraint");
      }),
    ),
  },
  {
    name: "the wall clock is used instead of the given one",
    theme: "stamps",
    bug: (sound) => ({
      open: (layout, options) =>
        sound.open(layout, { ...options, stamps: { ...options.stamps, now: () => Date.now() * 1000 } }),
    }),
  },
];

function eachOp(change: (op: DriverOp) => DriverOp): Bug {
  return miswrite((group) => group.map(change));
}

function eachText(change: (text: string) => string): Bug {
  return eachOp((op) => (op.kind === "put" ? { ...op, text: change(op.text) } : op));
}

function relayout(change: (layout: Layout["types"][number]) => Layout["types"][number]): Bug {
  return (sound) => ({
    open: async (layout, options) => {
      await sound.open({ types: layout.types.map(change) }, options);
      return layout;
    },
  });
}

function cutShort(results: readonly GroupResult[], groups: readonly DriverGroup[]): readonly GroupResult[] {
  return groups.map((group, at) => group.map((_op, place): OpResult => results[at]?.[place] ?? { ok: true }));
}

/** Says of every so-many-th group that it was done. */
function forgetful(every: number): Bug {
  let groupsSeen = 0;
  return misapply(async (apply, groups) => {
    const isLost = groups.map(() => ++groupsSeen % every === 0);
    const results = [...(await apply(groups.filter((_group, at) => !isLost[at])))];
    return groups.map((group, at) =>
      isLost[at] ? group.map((): OpResult => ({ ok: true })) : (results.shift() ?? []),
    );
  });
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutProto(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "__proto__"));
}
