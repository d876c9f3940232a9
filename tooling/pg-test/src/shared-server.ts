/**
 * The URL of the server that this test run shares, as the global setup left it. A test makes a database of its own on it
 * with `createDatabase`.
 */
export function sharedServerUrl(): string {
  const url = process.env["HOLDFAST_TEST_POSTGRES"];
  if (url === undefined) {
    throw new Error(
      "no Postgres in this test run: its package must depend on pg-test, and STORES must include postgres",
    );
  }
  return url;
}
