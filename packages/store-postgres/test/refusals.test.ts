import { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import { inspect } from "node:util";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { HoldfastError } from "@holdfast/core";
import { backend, openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { parseStoreUrl } from "../src/store-url.ts";
import { makeCertificate } from "./make-certificate.ts";
import type { Certificate } from "./make-certificate.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const password = "canary 5ecret/&";
const wrongPassword = "c4nary-of-the-wrong-one";
const address = "127.0.0.1";
const made = makeCertificate(address);
const folder = mkdtempSync(join(tmpdir(), "holdfast-refusals-"));
const rootFile = join(folder, "root.pem");
writeFileSync(rootFile, made.certificate);
let server: PostgresServer;

const accessRules = `
local all postgres trust
host dark all ${address}/32 scram-sha-256
hostssl bright all ${address}/32 scram-sha-256
host nowhere all ${address}/32 scram-sha-256
host postgres all ${address}/32 scram-sha-256
`;

beforeAll(async () => {
  const tls = { "server.crt": made.certificate, "server.key": made.key };
  server = await startPostgres({
    tcp: true,
    settings: { ssl: "on" },
    files: { "pg_hba.conf": accessRules, ...tls },
  });
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  for (const database of ["dark", "bright"]) await admin.query(`create database ${database}`);
  await admin.query(`create role app login password '${password}'; create role guest login password '${password}'`);
  await admin.query("grant create on database bright to app; grant create on database dark to app");
  await admin.end();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Place {
  readonly user?: string;
  readonly secret?: string;
  readonly host?: string;
  readonly database?: string;
  readonly more?: string;
}

function urlOf({ user = "app", secret = password, host = address, database = "dark", more = "" }: Place = {}): string {
  const place = `${host}:${server.port}/${database}?schema=own${more}`;
  return `postgres://${user}:${encodeURIComponent(secret)}@${place}`;
}

/** All that can be seen of a value, the hidden parts and the chain of causes included. */
function everythingOf(value: unknown): string {
  const seen = [
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
  ];
  for (let each = value; each instanceof Error; each = each.cause) seen.push(each.message, each.stack ?? "");
  return seen.join("\n");
}

/** Which of the passwords can be seen in a value. */
function secretsIn(value: unknown): readonly string[] {
  const seen = everythingOf(value);
  return [password, encodeURIComponent(password), wrongPassword].filter((secret) => seen.includes(secret));
}

async function refusal(url: string): Promise<HoldfastError> {
  try {
    await using store = await openPostgresStore(url, { busyTimeoutMs: 5_000 });
    await store.count("Note");
  } catch (thrown) {
    if (HoldfastError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error("it was opened");
}

describe("who is not let in", () => {
  test.for([
    ["a wrong password", { secret: wrongPassword }, "28P01"],
    ["a role that is not there", { user: "nobody" }, "28P01"],
    ["a database that is not there", { database: "nowhere" }, "3D000"],
    ["a role that may make nothing where nothing is yet", { database: "postgres" }, "42501"],
    ["a database that nobody may come to", { database: "elsewhere" }, "28000"],
  ] as const)("%s is told so at once, and no password is shown", async ([, place, code]) => {
    const error = await refusal(urlOf(place));
    expect(error).toMatchObject({ retryable: false, outcome: "none" });
    const codes = [error, error.cause].map((each) => (HoldfastError.is(each) ? each.details["code"] : undefined));
    expect(codes).toContain(code);
    expect(["INVALID_CONFIG", "LAYOUT_OUTDATED"]).toContain(error.code);
    expect(secretsIn(error)).toEqual([]);
  });

  test("where a password is asked for and none is given", async () => {
    const url = `postgres://app@${address}:${server.port}/dark`;
    expect(await refusal(url)).toMatchObject({ code: "INVALID_CONFIG", retryable: false });
  });

  test("where a setting of the URL is none", async () => {
    const error = await refusal(urlOf({ more: "&options=-c%20no_such_setting=1" }));
    expect(error).toMatchObject({ code: "INVALID_CONFIG", details: { code: "42704" } });
    expect(secretsIn(error)).toEqual([]);
  });

  test("a role that may not even look at the tables", async () => {
    await using store = await openPostgresStore(urlOf());
    await store.write([{ put: { type: "Note", id: "a", documentVersion: 1, body: {} }, expect: "any" }]);
    const error = await refusal(urlOf({ user: "guest" }));
    expect(error).toMatchObject({ retryable: false, outcome: "none" });
    expect(secretsIn(error)).toEqual([]);
  });
});

test("neither a store nor its driver shows the password that it was opened with", async () => {
  const driver = backend.driver(urlOf());
  expect(secretsIn(driver)).toEqual([]);
  await using store = await openPostgresStore(urlOf());
  expect(secretsIn(store)).toEqual([]);
  const failed = store.transaction((session) => session.find({ type: "Note", limit: 0 }));
  expect(secretsIn(await failed.catch((thrown: unknown) => thrown))).toEqual([]);
});

test("a URL that cannot be read is not shown", () => {
  const urls = [
    `postgres://app:${wrongPassword}@${address}:99999/dark`,
    `postgres://app:${wrongPassword}@[/dark`,
    `postgres://app:${wrongPassword}@db.example/dark?sslmode=allow`,
    `postgres://app:${wrongPassword}@db.example/dark?ssl=perhaps`,
    `postgres://app:${wrongPassword}@db.example/dark?sslrootcert=/no/such/file`,
  ];
  for (const url of urls) {
    let error: unknown;
    try {
      backend.driver(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "INVALID_CONFIG" });
    expect(secretsIn(error)).toEqual([]);
  }
});

describe("what a URL says about encryption", () => {
  function modeOf(url: string): string | null {
    return new URL(parseStoreUrl(url).connectionString).searchParams.get("sslmode");
  }

  test("counts; and where it says nothing, only this machine is trusted without", () => {
    expect(modeOf("postgres://db.example/app")).toBe("verify-full");
    expect(modeOf("postgres://10.0.0.1/app")).toBe("verify-full");
    expect(modeOf("postgres://db.example/app?host=127.0.0.1")).toBeNull();
    expect(modeOf("postgres://127.0.0.1.example/app")).toBe("verify-full");
    for (const near of ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", ""]) {
      expect(modeOf(`postgres://${near}/app${near === "" ? "?host=/run/postgres" : ""}`)).toBeNull();
    }
  });

  test.for([
    ["sslmode=disable", "disable"],
    ["sslmode=no-verify", "no-verify"],
    ["sslmode=prefer", "verify-full"],
    ["sslmode=require", "verify-full"],
    ["sslmode=verify-ca", "verify-full"],
    ["sslmode=verify-full", "verify-full"],
    ["ssl=true", "verify-full"],
    ["ssl=0", "disable"],
    ["ssl=no-verify", "no-verify"],
    ["uselibpqcompat=true&sslmode=require", "require"],
  ])("%s means %s", ([given, meant]) => {
    expect(modeOf(`postgres://db.example/app?${given}`)).toBe(meant);
    expect(modeOf(`postgres://localhost/app?${given}`)).toBe(meant);
  });
});

describe("a server that speaks TLS", () => {
  async function isEncrypted(url: string): Promise<boolean> {
    await using store = await openPostgresStore(url);
    await store.count("Note");
    const admin = new Client({ connectionString: server.url });
    await admin.connect();
    const { rows } = await admin.query<{ encrypted: boolean }>(
      `select bool_and(ssl) as encrypted from pg_stat_ssl join pg_stat_activity using (pid)
        where application_name = 'holdfast' and usename = 'app'`,
    );
    await admin.end();
    return rows[0]?.encrypted === true;
  }

  test("is trusted where its certificate is signed by who was named", async () => {
    const more = `&sslmode=verify-full&sslrootcert=${rootFile}`;
    expect(await isEncrypted(urlOf({ database: "bright", more }))).toBe(true);
  });

  test("is not trusted by a certificate that it signed itself, unless the URL gives that up", async () => {
    const error = await refusal(urlOf({ database: "bright", more: "&sslmode=require" }));
    expect(error).toMatchObject({ code: "INVALID_CONFIG", retryable: false });
    expect(error.details["code"]).toMatch(/SELF_SIGNED/);
    expect(secretsIn(error)).toEqual([]);
    expect(await isEncrypted(urlOf({ database: "bright", more: "&sslmode=no-verify" }))).toBe(true);
  });

  test("is not trusted under a name that its certificate is not for", async () => {
    const more = `&sslmode=verify-full&sslrootcert=${rootFile}`;
    const error = await refusal(urlOf({ database: "bright", host: "localhost", more }));
    expect(error).toMatchObject({ code: "INVALID_CONFIG", details: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
    expect(secretsIn(error)).toEqual([]);
  });

  test("and takes nothing else refuses whoever speaks plainly", async () => {
    const error = await refusal(urlOf({ database: "bright", more: "&sslmode=disable" }));
    expect(error).toMatchObject({ code: "INVALID_CONFIG", details: { code: "28000" } });
  });
  const dayMs = 86_400_000;
  test.for([
    ["has expired", { until: new Date(Date.now() - dayMs / 2) }, "CERT_HAS_EXPIRED"],
    ["is not valid yet", { from: new Date(Date.now() + dayMs / 2) }, "CERT_NOT_YET_VALID"],
  ] as const)("is not trusted by a certificate that %s", async ([, validity, code]) => {
    const other = makeCertificate(address, validity);
    const file = join(folder, `${code}.pem`);
    writeFileSync(file, other.certificate);
    await serve(other);
    try {
      const error = await refusal(urlOf({ database: "bright", more: `&sslmode=verify-full&sslrootcert=${file}` }));
      expect(error).toMatchObject({ code: "INVALID_CONFIG", retryable: false, details: { code } });
      expect(secretsIn(error)).toEqual([]);
    } finally {
      await serve(made);
    }
  });

  /** Resolves when whoever connects is shown this certificate. */
  async function serve({ certificate, key }: Certificate): Promise<void> {
    writeFileSync(join(server.dataDirectory, "server.crt"), certificate);
    writeFileSync(join(server.dataDirectory, "server.key"), key);
    const admin = new Client({ connectionString: server.url });
    await admin.connect();
    await admin.query("select pg_reload_conf()");
    await admin.end();
    await expect.poll(shownCertificate).toBe(new X509Certificate(certificate).serialNumber);
  }

  async function shownCertificate(): Promise<string | undefined> {
    const client = new Client({ connectionString: urlOf({ database: "bright", more: "&sslmode=no-verify" }) });
    await client.connect();
    const { stream } = client.connection;
    const shown = stream instanceof TLSSocket ? stream.getPeerX509Certificate()?.serialNumber : undefined;
    await client.end();
    return shown;
  }
});
