import { expect, test } from "vitest";
import { anyNames, diskChance, flushedNames, orderedNames, powerCuts, SimulatedFs, Disk } from "../src/index.ts";
import type { PowerCutRules } from "../src/index.ts";

function fsWith(rules: PowerCutRules): SimulatedFs {
  const fs = new SimulatedFs(Disk.empty(rules));
  fs.disk.placeFolder("/d");
  return fs;
}

/** Every outcome of a power cut, as names with what they hold, each file's bytes given by its first and its length. */
function outcomes({ disk }: SimulatedFs): readonly string[] {
  const { images, isComplete } = powerCuts(disk, 4096, diskChance(1));
  expect(isComplete).toBe(true);
  return images
    .map(({ files }) => files.map(({ path, bytes }) => `${path.slice(3)}=${shortened(bytes)}`).join(" "))
    .sort();
}

function shortened(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replaceAll("\0", ".")
    .replaceAll(/(.)\1*/g, (run, letter) => `${letter}${run.length}`);
}

async function created(fs: SimulatedFs, path: string): ReturnType<SimulatedFs["create"]> {
  const file = await fs.create(path, 0o600);
  await fs.syncFolder("/d");
  return file;
}

test("what was written and not synced is there in any sectors, as zeros, cut off at a sector, or absent", async () => {
  const fs = fsWith(orderedNames);
  const file = await created(fs, "/d/f");
  await file.write(Buffer.alloc(100, "a"), 0);
  await file.sync();
  await file.write(Buffer.alloc(600, "b"), 100);
  expect(outcomes(fs)).toEqual([
    "f=a100",
    "f=a100.412",
    "f=a100.412b188",
    "f=a100.600",
    "f=a100b412",
    "f=a100b412.188",
    "f=a100b600",
  ]);
});

test("what was written over something else and not synced is there in any sectors, new or old", async () => {
  const fs = fsWith(orderedNames);
  const file = await created(fs, "/d/f");
  await file.write(Buffer.alloc(1100, "a"), 0);
  await file.sync();
  await file.write(Buffer.alloc(600, "b"), 500);
  expect(outcomes(fs)).toEqual([
    "f=a1024b76",
    "f=a1100",
    "f=a500b12a512b76",
    "f=a500b12a588",
    "f=a500b524a76",
    "f=a500b600",
    "f=a512b512a76",
    "f=a512b588",
  ]);
});

test("a sync settles a file's content, and a failed one does not: nor does any that follows", async () => {
  const fs = fsWith(orderedNames);
  const file = await created(fs, "/d/f");
  await file.write(Buffer.alloc(512, "a"), 0);
  fs.fails = () => new Error("EIO");
  await expect(file.syncData()).rejects.toThrow("EIO");
  fs.fails = () => undefined;
  await fs.syncFile("/d/f");
  expect(outcomes(fs)).toEqual(["f=.512", "f=a512"]);
  await file.sync();
  expect(fs.violations).toEqual(["sync of file 2 after one that failed"]);
});

test("a file that was cut off and not synced may be longer again", async () => {
  const fs = fsWith(orderedNames);
  const file = await created(fs, "/d/f");
  await file.write(Buffer.alloc(600, "a"), 0);
  await file.sync();
  await file.truncate(10);
  await file.write(Buffer.alloc(5, "b"), 10);
  const found = outcomes(fs);
  expect(found).toContain("f=a600");
  expect(found).toContain("f=a10");
  expect(found).toContain("f=a10b5");
  await file.sync();
  expect(outcomes(fs)).toEqual(["f=a10b5"]);
});

async function changedNames(rules: PowerCutRules): Promise<SimulatedFs> {
  const fs = fsWith(rules);
  fs.place("/d/f", "o");
  const file = await fs.create("/d/t", 0o600);
  await file.write(Buffer.from("n"), 0);
  await file.sync();
  await fs.rename("/d/t", "/d/f");
  await fs.remove("/d/f");
  return fs;
}

test("names that were not synced outlive a power cut in their order, or in any", async () => {
  expect(outcomes(await changedNames(orderedNames))).toEqual(["", "f=n1", "f=o1", "f=o1 t=n1"]);
  expect(outcomes(await changedNames(anyNames))).toEqual(["", "f=n1", "f=n1 t=n1", "f=o1", "f=o1 t=n1", "t=n1"]);
});

test("where the sync of a new file takes names along, it is there under its name", async () => {
  expect(outcomes(await changedNames(flushedNames))).toEqual(["", "f=n1", "f=o1 t=n1"]);
});

test("a folder whose name was not synced takes what is in it along", async () => {
  const fs = fsWith(orderedNames);
  expect(await fs.makeFolder("/d/e/g")).toBe("/d/e");
  const file = await fs.create("/d/e/g/f", 0o600);
  await file.sync();
  await fs.syncFolder("/d/e/g");
  expect(outcomes(fs)).toEqual(["", "", "e/g/f="]);
  await fs.syncFolder("/d");
  await fs.syncFolder("/d/e");
  expect(outcomes(fs)).toEqual(["e/g/f="]);
});

test("a killed process leaves everything that it did", async () => {
  const fs = await changedNames(anyNames);
  const file = await fs.create("/d/g", 0o600);
  await file.write(Buffer.from("text"), 0);
  expect([fs.killed().names(), fs.killed().textOf("/d/g")]).toEqual([["g"], "text"]);
});

test("where there are more outcomes than are asked for, as many are drawn, the same ones for the same seed", async () => {
  const fs = fsWith(anyNames);
  const file = await created(fs, "/d/f");
  for (let at = 0; at < 8; at++) await file.write(Buffer.alloc(700, "abcdefgh".charAt(at)), 700 * at);
  const drawn = [1, 1, 2].map((seed) => powerCuts(fs.disk, 50, diskChance(seed)));
  const keys = drawn.map(({ images }) => images.map(({ key }) => key));
  expect(drawn[0]).toMatchObject({ isComplete: false });
  expect(drawn[0]?.count).toBeGreaterThan(4096);
  expect(keys[1]).toEqual(keys[0]);
  expect(keys[2]).not.toEqual(keys[0]);
});

test("faults come where they are asked for, and a part is done where only a part may be", async () => {
  const fs = fsWith(orderedNames);
  fs.fails = (operation, at) => (operation === "write" && at === 2 ? { atMost: 3 } : undefined);
  const file = await fs.create("/d/f", 0o600);
  expect(await file.write(Buffer.from("rou..."), 0)).toBe(3);
  expect(await file.write(Buffer.from("nds"), 3)).toBe(3);
  expect([fs.textOf("/d/f"), fs.log]).toEqual(["rounds", ["create 600", "write", "write"]]);
  await expect(fs.create("/d/f", 0o600)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(fs.openToRead("/d/g")).rejects.toMatchObject({ code: "ENOENT" });
});
