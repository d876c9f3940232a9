import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { preparePlaces } from "../src/clients.ts";
import { Crew, processName, thisProcess } from "../src/crew.ts";
import { chaosModel } from "../src/entities.ts";
import { Hosts, missingHosts } from "../src/hosts.ts";
import { judge } from "../src/judge.ts";
import { versionsIn } from "../src/replica.ts";

const missing = await missingHosts();
if (missing !== undefined) console.warn(`several hosts are not tested: ${missing}`);
/** How long a cable stays out after the first call has failed for it. */
const awayMs = 2_000;
const callMs = 3_000;
const types = ["Receipt", "Counter", "Register", "Account"];
const follower = path.join(import.meta.dirname, "programs/follower.ts");

interface Followed {
  readonly strays: readonly string[];
  readonly failures: number;
  readonly versions: readonly (readonly [string, number])[];
}

describe.skipIf(missing !== undefined)("processes on several hosts", () => {
  let hosts: Hosts;
  let server: PostgresServer;
  let store: Store;
  const urlOf = (host: number): string => `postgres://postgres@${hosts.serverAddress(host)}/postgres?sslmode=disable`;

  beforeAll(async () => {
    hosts = await Hosts.start(2);
    server = await startPostgres({
      fsync: true,
      through: hosts.onServer({ uid: 65_534, gid: 65_534 }),
      files: { "pg_hba.conf": `local all all trust\nhost all all ${hosts.range} trust\n` },
      settings: { listen_addresses: [0, 1].map((host) => hosts.serverAddress(host)).join(",") },
    });
    store = await openPostgresStore(server.url, { model: chaosModel });
    await preparePlaces(store);
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
    await hosts[Symbol.asyncDispose]();
  });

  test("one of them is cut off and back: its calls end, the others go on, and counters and followers are right", async () => {
    const following = follow(hosts.on(0), urlOf(0));
    const through = (host: number): readonly string[] => hosts.on(host);
    await using crew = new Crew(store, { urlOf, processes: 2, clients: 4, timeoutMs: callMs, through });
    await crew.moreFromEach();
    for (const end of ["its own", "the server's"] as const) {
      await hosts.cut(0, end);
      await crew.failureOf(processName(0));
      await crew.moreFromEach([thisProcess, processName(1)]);
      await delay(awayMs);
      await hosts.mend(0, end);
      await crew.moreFromEach();
    }
    await crew.stop();
    expect(await judge(store, crew.told)).toEqual([]);
    const { strays, failures, versions } = await following.end();
    expect(strays).toEqual([]);
    expect(new Map(versions)).toEqual(await versionsIn(store, types));
    const answers = Object.entries(Object.groupBy(crew.told, ({ outcome }) => outcome));
    const figures = {
      hosts: 3,
      "cables out": 2,
      ...Object.fromEntries(answers.map(([outcome, some]) => [`answers: ${outcome}`, some.length])),
      "times the cut-off follower asked anew": failures,
    };
    console.log(figures);
    await writeEvidence({
      name: "postgres-hosts",
      title: "Hosts that are cut off from a Postgres server",
      figures,
      promises: [
        {
          promise: "A host that is cut off while it writes gets its answers, and nothing is lost or done twice",
          test: "tooling/pg-chaos/test/hosts.test.ts",
          name: "one of them is cut off and back: its calls end, the others go on, and counters and followers are right",
        },
      ],
    });
  });
});

function follow(through: readonly string[], url: string) {
  const node = [process.execPath, "--conditions=holdfast-source", "--no-warnings", follower, url];
  const [command = "", ...given]: readonly string[] = [...through, ...node];
  const child = spawn(command, given, { stdio: ["pipe", "pipe", "inherit"] });
  const printed = text(child.stdout);
  return {
    end: async (): Promise<Followed> => {
      child.stdin.end();
      return JSON.parse(await printed) as Followed;
    },
  };
}
