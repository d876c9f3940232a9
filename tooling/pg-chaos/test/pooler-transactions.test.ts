import { afterAll, beforeAll, describe, test, vi } from "vitest";

import { describeTransaction } from "@holdfast/conformance";

import { missingPooler } from "../src/start-pooler.ts";
import { BehindPooler, poolerTarget } from "./behind-pooler.ts";

/** `POOLER=all`: it takes as long as all other system tests of Postgres together, and says little that they do not. */
const isAsked = process.env["POOLER"] === "all";
if (!isAsked) console.warn("the suite inside transactions is not run behind a pooler: POOLER=all asks for it");

// Each transaction waits for a new process of the server.
vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(!isAsked || missingPooler() !== undefined)("behind a pooler in transaction mode", () => {
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
