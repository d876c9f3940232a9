import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { MeasuredSubject } from "../src/run/measured-subject.ts";
import type { BenchDocument } from "../src/document.ts";
import type { Place, Subject, System } from "../src/subject.ts";
import type { Size, Workload } from "../src/workloads/workload.ts";
import { sizeNamed } from "../src/workloads/sizes.ts";
import { saves } from "../src/workloads/saves.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const size: Size = { ...sizeNamed("quick"), few: 10, warm: { operations: 100, milliseconds: 60_000 } };

/** Keeps what is saved at a place for whoever opens the place again. */
function remembering(places: Map<string, Map<string, BenchDocument>>): System {
  const open = async ({ folder }: Place): Promise<Subject> => {
    const kept = places.get(folder) ?? new Map<string, BenchDocument>();
    places.set(folder, kept);
    return {
      save: async (document) => void kept.set(document.id, document),
      count: async () => kept.size,
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
  return { name: "remembering", store: "json", side: "peer", durability: "process-crash", means: "", open };
}

async function opened(places: Map<string, Map<string, BenchDocument>>): Promise<MeasuredSubject> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-measured-"));
  folders.push(folder);
  return MeasuredSubject.open(remembering(places), { folder, databaseUrl: "", entity: "plain" });
}

const [w1] = saves(size);
const read: Workload = {
  key: "read",
  title: "nothing is added",
  entity: "plain",
  needs: ["count"],
  unit: "/s",
  stored: 20,
  operations: 1,
  prepare: async (bench) => async () => ({ value: await bench.subject.count(), cpuMicroseconds: 1 }),
};

test("however many documents a workload adds, the others find as many as they ask for", async () => {
  const measured = await opened(new Map());
  if (w1 === undefined) throw new Error("there is no first workload");
  await measured.fill(w1);
  await measured.warm(size);
  await measured.pace(size);
  await measured.round();
  await measured.fill(read);
  expect((await measured.round()).value).toBe(20);
  await measured.verify();
});

test("what was added is looked for afterwards as well", async () => {
  const places = new Map<string, Map<string, BenchDocument>>();
  const measured = await opened(places);
  if (w1 === undefined) throw new Error("there is no first workload");
  await measured.fill(w1);
  await measured.warm(size);
  const added = [...places.values()].find((kept) => kept.size > 0);
  added?.delete([...added.keys()][0] ?? "");
  await expect(measured.verify()).rejects.toThrow("documents are there, not the");
});
