import { expect, test } from "vitest";

import { checkArchitecture } from "../src/check-architecture.ts";
import { type Manifest, type Repository, repositoryOf } from "../src/repository.ts";

const range = "workspace:^";
const manifests: Readonly<Record<string, Manifest>> = {
  ".": { name: "holdfast", devDependencies: { vitest: "1" } },
  "packages/core": { name: "@holdfast/core", peerDependencies: { zod: "1" }, devDependencies: { zod: "1" } },
  "packages/store-json": { name: "@holdfast/store-json", dependencies: { "@holdfast/core": range } },
  "packages/store-sql": {
    name: "@holdfast/store-sql",
    dependencies: { "@holdfast/core": range, kysely: "1" },
    devDependencies: { zod: "1" },
  },
  "packages/store-sqlite": {
    name: "@holdfast/store-sqlite",
    dependencies: { "@holdfast/core": range, "@holdfast/store-sql": range },
  },
  "packages/connect": {
    name: "@holdfast/connect",
    dependencies: { "@holdfast/core": range },
    peerDependencies: { "@holdfast/store-sqlite": range },
    peerDependenciesMeta: { "@holdfast/store-sqlite": { optional: true } },
  },
  "packages/cli": { name: "@holdfast/cli", dependencies: { "@holdfast/connect": range, commander: "1" } },
};

/** A repository that keeps every rule, but for what is given. */
function seeded(files: Readonly<Record<string, string>>, changed: Readonly<Record<string, Manifest>> = {}): Repository {
  const all = { ...manifests, ...changed };
  const typeChecked = Object.keys(all).flatMap((folder) => [folder, `${folder}/tsconfig.test.json`]);
  return repositoryOf({ manifests: all, files, typeChecked });
}

const lawful: Readonly<Record<string, string>> = {
  "packages/core/src/index.ts": `export { type A, a } from "./a.ts";`,
  "packages/core/src/a.ts": `import { createHash } from "node:crypto"; import { z } from "zod"; export const a = createHash(z);`,
  "packages/core/test/a.test.ts": `import { test } from "vitest"; import { a } from "../src/a.ts"; import "@holdfast/core";`,
  "packages/store-sql/src/select.ts": `import { type A } from "@holdfast/core"; import { sql } from "kysely";`,
  "packages/connect/src/known-backends.ts": `export const known = { sqlite: () => import("@holdfast/store-sqlite") };`,
  "packages/connect/src/environment.ts": `export const url = process.env["HOLDFAST_URL"];`,
  "packages/cli/src/output.ts": `if (options.format === "json") print("json", "memory", "sqlite:./data.db");`,
};

test("a repository that keeps every rule has no violations", () => {
  expect(checkArchitecture(seeded(lawful))).toEqual([]);
});

test.each<[rule: string, path: string, text: string, violation: RegExp]>([
  ["an undeclared import", "packages/store-sql/src/a.ts", `import "pg";`, /imports pg, which is undeclared/],
  ["an undeclared type", "packages/store-sql/src/a.ts", `type A = import("pg").A;`, /imports pg, which is undeclared/],
  ["an undeclared re-export", "packages/store-sql/src/a.ts", `export * from "pg";`, /imports pg, which is undeclared/],
  ["an undeclared import()", "packages/store-sql/src/a.ts", "await import(`pg`);", /imports pg, which is undeclared/],
  ["a shipped development tool", "packages/core/src/a.ts", `import "vitest";`, /imports vitest, which is undeclared/],
  ["an undeclared import in a test", "packages/cli/test/a.ts", `import "pg";`, /imports pg, which is undeclared/],
  [
    "an import uphill",
    "packages/connect/src/a.ts",
    `import "@holdfast/store-sqlite";`,
    /is not below @holdfast\/connect/,
  ],
  ["a type from uphill", "packages/core/src/a.ts", `import type { B } from "@holdfast/cli";`, /is not below/],
  ["a neighbour's file", "packages/cli/src/a.ts", `import "../../core/src/a.ts";`, /reaches out of packages\/cli\/src/],
  ["a test's file in shipped code", "packages/cli/src/a.ts", `import "../test/b.ts";`, /reaches out of/],
  ["schemas in a store", "packages/store-sql/src/a.ts", `import { z } from "zod";`, /a store knows plain data only/],
  [
    "a file system in a part that is handed one",
    "packages/store-json/src/a.ts",
    `import "node:fs/promises";`,
    /which it must be handed/,
  ],
  ["schemas in a store's test", "packages/store-sql/test/a.ts", `import "zod/mini";`, /a store knows plain data only/],
  ["a compared name", "packages/core/src/a.ts", `if (x === "sqlite") {}`, /knows the backend "sqlite"/],
  ["a listed name", "packages/cli/src/a.ts", `type B = "postgres" | "other";`, /knows the backend "postgres"/],
  ["a name as a key", "packages/store-sql/src/a.ts", `const t = { sqlite: 1 };`, /knows the backend "sqlite"/],
  [
    "a common word compared",
    "packages/core/src/a.ts",
    `if (store.name !== "json") {}`,
    /compares store.name with "json"/,
  ],
  ["a common word as a case", "packages/cli/src/a.ts", `switch (x.y) { case "memory": }`, /compares x.y with "memory"/],
  ["the environment", "packages/core/src/a.ts", `const a = process.env["A"];`, /reads the environment/],
  ["the environment, imported", "packages/store-sql/test/a.ts", `import { env } from "node:process";`, /environment/],
  ["a default export", "packages/core/src/a.ts", `export default 1;`, /has a default export/],
  ["a second door", "packages/core/src/store/index.ts", `export { a } from "./a.ts";`, /is a second door/],
  ["logic in the door", "packages/core/src/index.ts", `export const a = 1;`, /more than named re-exports/],
  ["a star in the door", "packages/core/src/index.ts", `export * from "./a.ts";`, /more than named re-exports/],
  ["a disk in the core", "packages/core/src/a.ts", `import "node:fs/promises";`, /the core touches nothing outside/],
  ["a package nobody checks", "packages/core/src/a.ts", ``, /does not refer to packages\/core/],
])("refuses %s", (rule, path, text, violation) => {
  const repository = seeded({ [path]: text });
  const checked = rule === "a package nobody checks" ? { ...repository, typeChecked: [] } : repository;
  expect(checkArchitecture(checked).join("\n")).toMatch(violation);
});

test("refuses a cycle of files, types included, and tells it once", () => {
  const violations = checkArchitecture(
    seeded({
      "packages/core/src/a.ts": `import type { B } from "./deep/b.ts";`,
      "packages/core/src/deep/b.ts": `export { c } from "../c.ts";`,
      "packages/core/src/c.ts": `export type A = import("./a.ts").A;`,
    }),
  );
  expect(violations).toEqual([
    "packages/core/src/a.ts -> packages/core/src/deep/b.ts -> packages/core/src/c.ts -> packages/core/src/a.ts",
  ]);
});

test.each<[what: string, manifest: Manifest, violation: string]>([
  ["an unknown package", { name: "@holdfast/extra" }, "@holdfast/extra has no row in the table of packages"],
  [
    "a dependency beyond the table",
    { name: "@holdfast/core", dependencies: { kysely: "1" } },
    "@holdfast/core may not depend on kysely",
  ],
  [
    "a peer beyond the table",
    { name: "@holdfast/migrate", peerDependencies: { zod: "1" } },
    "@holdfast/migrate may not depend on zod",
  ],
  [
    "a development arrow beyond the table",
    { name: "@holdfast/core", devDependencies: { "@holdfast/store-memory": range } },
    "@holdfast/core may not depend on @holdfast/store-memory",
  ],
  [
    "an arrow from a private package beyond the table",
    { name: "@holdfast-tooling/pg-test", private: true, dependencies: { pg: "1", "@holdfast/core": range } },
    "@holdfast-tooling/pg-test may not depend on @holdfast/core",
  ],
])("refuses %s", (_what, manifest, violation) => {
  expect(checkArchitecture(seeded({}, { "packages/changed": manifest }))).toEqual([
    `packages/changed/package.json: ${violation}`,
  ]);
});

test("a file that does not parse is an error that names it", () => {
  expect(() => seeded({ "packages/core/src/a.ts": "const = 1" })).toThrow(/packages\/core\/src\/a\.ts/);
});
