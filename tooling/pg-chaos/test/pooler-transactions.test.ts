import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { describeTransaction } from "@holdfast/conformance";

import { missingPooler } from "../src/start-pooler.ts";
import { BehindPooler, poolerTarget } from "./behind-pooler.ts";

/** `POOLER=all`: it takes as long as all other system tests of Postgres together, and says little that they do not. */
const isAsked = process.env["POOLER"] === "all";
const missing = isAsked ? missingPooler() : "it takes long, and POOLER=all asks for it";

// Each transaction waits for a new process of the server.
vi.setConfig({ testTimeout: 60_000 });

const reason = missing === undefined ? "" : ` (skipped: ${missing})`;

test.skipIf(missing !== undefined)(`there is a pooler for the suite inside transactions${reason}`, () => {
  expect(missingPooler()).toBeUndefined();
});

// As many tests that are skipped as the suite has would hide the others.
describe.each(missing === undefined ? ["transaction mode"] : [])("behind a pooler in %s", () => {
  let place: BehindPooler;
  beforeAll(async () => {
    place = await BehindPooler.start();
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
  });

  describeTransaction(
    { describe, test, afterAll },
    poolerTarget(() => place),
  );
});
