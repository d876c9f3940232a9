import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";

/** A connection to the shared server as its administrator, there while the tests of the file run that asks for it. */
export function adminClient(): Client {
  const admin = new Client({ connectionString: sharedServerUrl() });
  beforeAll(async () => void (await admin.connect()));
  afterAll(() => admin.end());
  return admin;
}
