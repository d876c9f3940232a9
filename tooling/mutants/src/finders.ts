import type { Finder } from "./mutant.ts";

const projects = {
  memory: "@holdfast/store-memory",
  json: "@holdfast/store-json",
  sqlite: "@holdfast/store-sqlite",
  postgres: "@holdfast/store-postgres",
} as const;

/** The behaviours of a theme of the suite, as a store keeps them; `behaviour` narrows them to those of that name. */
export function theme(store: keyof typeof projects, name: string, behaviour = ""): Finder {
  const pattern = `the store contract, kept by [^,]* ${escaped(name)} .*${escaped(behaviour)}`;
  return { project: projects[store], file: "test/conformance.test.ts", pattern };
}

/** Tests of a package's own. */
export function own(project: string, file: string, name: string): Finder {
  return { project, file: `test/${file}.test.ts`, pattern: escaped(name) };
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
