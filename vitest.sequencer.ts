import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take more than about ten seconds, longest first. They begin first, so that the many short ones fill up
 * the end of a run, and no worker stands idle while another is at a long file. A file that is missing here costs a run
 * some seconds at its end, and nothing else.
 */
const longest = [
  "tooling/moves/test/copy-kills.test.ts",
  "tooling/moves/test/archive-kills.test.ts",
  "packages/store-postgres/test/conformance.test.ts",
  "packages/store-json/test/crash-images-process-crash.test.ts",
  "packages/store-sqlite/test/conformance.test.ts",
  "packages/store-json/test/crash-images.test.ts",
  "packages/store-postgres/test/rewriting.test.ts",
  "packages/store-postgres/test/under-fire.test.ts",
  "packages/store-json/test/io-faults.test.ts",
  "packages/cli/test/copy.test.ts",
  "packages/store-postgres/test/strange-servers.test.ts",
  "tooling/mutants/test/mutants.test.ts",
  "packages/store-json/test/conformance.test.ts",
  "tooling/stores/test/seeded-bugs.test.ts",
  "tooling/stores/test/large-batch.test.ts",
  "tooling/pg-test/test/start-postgres.test.ts",
  "packages/migrate/test/copied-store.test.ts",
  "packages/store-sqlite/test/layout-changes.test.ts",
  "packages/store-sqlite/test/other-processes.test.ts",
  "apps/demo/test/application.test.ts",
  "tooling/model/test/model.test.ts",
  "packages/store-sqlite/test/upgrades.test.ts",
  "packages/store-sqlite/test/lost-log.test.ts",
  "apps/demo/test/demo.test.ts",
  "tooling/stores/test/many-processes.test.ts",
  "packages/store-memory/test/conformance.test.ts",
  "packages/store-postgres/test/lost-connections.test.ts",
  "packages/migrate/test/copy.test.ts",
] as const;

/** Vitest's own order takes one project after the other, and leaves the last long file to one worker. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ordered = await super.sort(files);
    return ordered.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
  return at === -1 ? longest.length : at;
}
