import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { Driver, RecoverOptions, RecoveryReport } from "@holdfast/core";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { recoverStore } from "../src/recover-store.ts";
import { driverOn, errorOf, feedLimits, notes, openOn, options, path, textsOf } from "./open-driver.ts";

const names = ["a", "b", "c", "d", "é"];
const bodies = Object.fromEntries(names.map((name) => [name, `text of ${name}`]));
const texts: Readonly<Record<string, unknown>> = Object.fromEntries(
  names.map((name) => [name, `{"text":"text of ${name}"}`]),
);

function recover(fs: SimulatedFs, more: Partial<RecoverOptions> = {}): Promise<RecoveryReport> {
  const lockFile = async () => ({ release: async () => undefined });
  const logger = { warn: () => undefined };
  let suffix = 0;
  const newSuffix = (): string => String(++suffix).padStart(16, "0");
  const given = { mode: "apply", edits: "refuse", lockTimeoutMs: 0, logger, ...more } as const;
  return recoverStore(path, { fs, lockFile, newSuffix }, given);
}

/** One plain file with five notes. */
async function plain(): Promise<SimulatedFs> {
  const fs = new SimulatedFs();
  const driver = await openOn(fs);
  await driver.apply(notes(bodies));
  await driver[Symbol.asyncDispose]();
  return fs;
}

/** A store of twelve notes, in use, with the snapshot before its newest beside it. */
async function withFormerSnapshot(): Promise<{ readonly fs: SimulatedFs; readonly driver: Driver }> {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  for (let round = 1; round <= 12; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(60) }));
  await expect.poll(() => fs.names()).toContain("entities.json.former");
  return { fs, driver };
}

function withFile(fs: SimulatedFs, content: Buffer | string): SimulatedFs {
  const image = fs.killed();
  image.place(path, content);
  return image;
}

/** What is recovered is what was stored, and at most so many are missing. */
async function isRecovered(image: SimulatedFs, missing: number): Promise<string | undefined> {
  const found = await textsOf(await openOn(image));
  const wrong = Object.entries(found).filter(([id, text]) => text !== texts[id]);
  if (wrong.length > 0) return `wrong: ${JSON.stringify(wrong)}`;
  const lacking = names.length - Object.keys(found).length;
  return lacking > missing ? `${lacking} are missing` : undefined;
}

test("a file cut off at any byte gives back every line that is whole, names what is missing, and is kept as it was", async () => {
  const fs = await plain();
  const whole = Buffer.from(fs.textOf(path) ?? "");
  const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at);
  for (let length = ends[1] ?? 0; length < whole.length - 1; length += 7) {
    const image = withFile(fs, whole.subarray(0, length));
    const report = await recover(image);
    const lines = ends.filter((end) => end <= length).length - 1;
    expect([length, report.outcome, report.records]).toEqual([length, "partial", expect.toSatisfy(about(lines))]);
    expect(report.lost.map(({ reason }) => reason)).toContainEqual(expect.stringContaining("its end is missing"));
    expect(report.kept).toEqual([`${path}.damaged`]);
    expect(image.textOf(`${path}.damaged`)).toBe(whole.subarray(0, length).toString());
    expect([length, await isRecovered(image, names.length - report.records)]).toEqual([length, undefined]);
  }
});

/** A line may be whole but for its end. */
function about(lines: number): (records: number) => boolean {
  return (records) => records >= Math.min(lines, names.length) && records <= Math.min(lines + 1, names.length);
}

test("with a bit flipped in any byte, every line but the one that was hit is given back", async () => {
  const fs = await plain();
  const whole = Buffer.from(fs.textOf(path) ?? "");
  const wrong: unknown[] = [];
  for (let at = 0; at < whole.length; at += 9) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at & 7)), at);
    const image = withFile(fs, bytes);
    const report = await recover(image);
    const told = report.outcome === "whole" || report.lost.length > 0;
    const problem = await isRecovered(image, 2);
    if (problem !== undefined || !told) wrong.push([at, problem, report]);
  }
  expect(wrong).toEqual([]);
});

test("each line that could not be recovered is reported with its number, its place and the reason", async () => {
  const fs = await plain();
  const file = fs.textOf(path) ?? "";
  const image = withFile(fs, file.replace("text of b", "text of x"));
  const report = await recover(image);
  expect(report).toMatchObject({ outcome: "partial", records: 4, tombstones: 0, unproven: 0 });
  const offset = Buffer.byteLength(file.split("\n").slice(0, 2).join("\n")) + 1;
  expect(report.lost).toEqual([{ path, line: 3, offset, reason: "not what its checksum says" }]);
  expect(await isRecovered(image, 1)).toBeUndefined();
});

test("a line that is missing without a trace is reported, since the last line says how many there were", async () => {
  const fs = await plain();
  const image = withFile(fs, (fs.textOf(path) ?? "").replace(/\{"type":"Note".*"id":"b".*\n/u, ""));
  const report = await recover(image);
  expect(report).toMatchObject({ outcome: "partial", records: 4, lost: [{ line: 7 }] });
  expect(report.lost[0]?.reason).toContain("lines are missing");
});

test("a preview says the same and changes nothing; a store that is whole is left as it is", async () => {
  const fs = await plain();
  const image = withFile(fs, (fs.textOf(path) ?? "").replace("text of b", "text of x"));
  const preview = await recover(image, { mode: "preview" });
  expect(image.operations).toEqual([]);
  expect(preview.kept).toEqual([path]);
  expect({ ...(await recover(image)), kept: [] }).toEqual({ ...preview, kept: [] });
  const whole = fs.killed();
  expect(await recover(whole, { edits: "accept" })).toMatchObject({ outcome: "whole", records: 5, lost: [], kept: [] });
  expect(whole.operations).toEqual([]);
});

test("an edit by hand is taken as it is where that is asked for: the file is sealed anew, and nothing is lost", async () => {
  const fs = await plain();
  const file = (fs.textOf(path) ?? "").replace("text of b", "by hand");
  const added = `{"type":"Note","tenant":"default","id":"z","version":1,"documentVersion":1,"created":1,"updated":1,"body":{}},`;
  for (const edited of [
    file,
    file.replace('{"type"', `${added}\n{"type"`),
    JSON.stringify(JSON.parse(file), null, 4),
  ]) {
    const image = withFile(fs, edited);
    expect((await errorOf(openOn(image))).details).toMatchObject({ mismatch: true });
    const report = await recover(image, { edits: "accept" });
    expect(report).toMatchObject({ outcome: "complete", lost: [], kept: [] });
    const found = await textsOf(await openOn(image));
    expect(found).toEqual({ ...texts, b: '{"text":"by hand"}', ...(edited.includes('"z"') ? { z: "{}" } : {}) });
  }
});

test.each<[string, (file: string) => string]>([
  ["a quote too few", (file) => file.replace('"text of b"', '"text of b')],
  ["a name twice", (file) => file.replace('"text":"text of b"', '"text":"b","text":"c"')],
  ["a record twice", (file) => file.replace(/(\{"type":"Note".*"id":"a".*\n)/u, "$1$1")],
  ["no version", (file) => file.replace('"version":1,', "")],
])("an edit with %s does not read well: it is STORE_CORRUPT, and stays as it is", async (_what, edit) => {
  const fs = await plain();
  const edited = edit(fs.textOf(path) ?? "");
  expect(edited).not.toBe(fs.textOf(path));
  const image = withFile(fs, edited);
  expect(await errorOf(recover(image, { edits: "accept" }))).toMatchObject({ code: "STORE_CORRUPT" });
  expect([image.textOf(path), image.names()]).toEqual([edited, ["entities.json"]]);
});

/** Three rounds behind the file, the second damaged. */
async function withDamagedRound(): Promise<SimulatedFs> {
  const fs = await plain();
  const driver = await openOn(fs);
  for (const id of ["f", "g", "h"]) await driver.apply(notes({ [id]: `text of ${id}` }));
  const image = fs.killed();
  const journal = `${path}.journal.1`;
  image.place(journal, (fs.textOf(journal) ?? "").replace("text of g", "text of x"));
  return image;
}

test("behind a damaged round of the journal, what is whole is given back, and the journal is kept", async () => {
  const image = await withDamagedRound();
  const before = await openOn(await plain());
  const { next } = await before.changes("default", undefined, feedLimits);
  expect((await errorOf(openOn(image))).code).toBe("STORE_CORRUPT");
  const damaged = image.textOf(`${path}.journal.1`);
  const report = await recover(image);
  expect(report).toMatchObject({
    outcome: "partial",
    records: 7,
    kept: [`${path}.damaged`, `${path}.journal.1.damaged`],
  });
  expect(report.lost).toMatchObject([{ path: `${path}.journal.1`, line: 5, reason: "not a whole round" }]);
  expect(image.textOf(`${path}.journal.1.damaged`)).toBe(damaged);
  const driver = await openOn(image);
  expect(await textsOf(driver)).toEqual({ ...texts, f: '{"text":"text of f"}', h: '{"text":"text of h"}' });
  // Who followed the store must begin anew, since it went back.
  expect((await errorOf(driver.changes("default", next, feedLimits))).code).toMatch(/INVALID_CURSOR|FEED_EXPIRED/);
});

test("wherever a recovery is interrupted, nothing is thrown away, and opening or recovering again gives as much", async () => {
  const start = await withDamagedRound();
  const operations = start.killed();
  await recover(operations);
  const steps = operations.log.length;
  const expected = await textsOf(await openOn(operations));
  const wrong: unknown[] = [];
  for (let at = 1; at <= steps; at++) {
    const image = start.killed();
    image.fails = (_operation, number) => (number >= at ? systemError("EIO") : undefined);
    await recover(image).catch(() => undefined);
    image.fails = () => undefined;
    for (const left of [image.killed(), ...image.powerCuts(3)]) {
      const driver = await openOn(left).catch(async () => (await recover(left), openOn(left)));
      const found = await textsOf(driver);
      if (!isDeepStrictEqual(found, expected)) wrong.push([at, found]);
    }
  }
  expect(wrong).toEqual([]);
});

test("what opening recovers by itself from the snapshot before, a recovery does the same", async () => {
  const { fs, driver } = await withFormerSnapshot();
  const image = fs.killed();
  image.place(path, "{}");
  expect(await recover(image)).toMatchObject({ outcome: "complete", lost: [], kept: [`${path}.damaged`] });
  expect(await textsOf(await openOn(image))).toEqual(await textsOf(driver));
  expect(image.names().filter((name) => !name.endsWith(".damaged"))).toEqual(["entities.json"]);
});

test("with the snapshot before and a journal damaged as well, all three give what each of them proves", async () => {
  const { fs } = await withFormerSnapshot();
  const image = fs.killed();
  for (const name of [path, `${path}.former`]) {
    image.place(name, (fs.textOf(name) ?? "").replace(/("id":"n[12]".*)xxx/u, "$1yyy"));
  }
  const report = await recover(image);
  expect(report).toMatchObject({ outcome: "partial", records: 11 });
  expect(report.lost.map((each) => each.path)).toEqual(expect.arrayContaining([path, `${path}.former`]));
  expect(report.kept).toEqual(expect.arrayContaining([`${path}.damaged`, `${path}.former.damaged`]));
});

test("of a damaged file of the form without sums, what reads well is taken, and counted as not proven", async () => {
  const fs = new SimulatedFs();
  const file = await readFile(new URL("fixtures/form-1-snapshot.txt", import.meta.url), "utf8");
  fs.place(path, file.replace('"text":"theirs"', '"text":"theirs'));
  const report = await recover(fs);
  expect(report).toMatchObject({ outcome: "partial", records: 2, tombstones: 1, unproven: 3 });
  expect(report.lost).toMatchObject([{ line: 4 }]);
});

test.each<[string, Buffer | string]>([
  ["zeros", Buffer.alloc(500)],
  ["nothing", ""],
  ["another program's file", '{"_default":{}}'],
])("of %s nothing can be recovered: it is STORE_CORRUPT, and stays", async (_what, content) => {
  const image = withFile(new SimulatedFs(), content);
  expect((await errorOf(recover(image))).code).toBe("STORE_CORRUPT");
  expect(image.names()).toEqual(["entities.json"]);
});

test("where there is no store, there is nothing to recover", async () => {
  const fs = new SimulatedFs();
  fs.place("/data/other.json", "{}");
  expect((await errorOf(recover(fs))).code).toBe("STORE_UNAVAILABLE");
  expect(fs.names()).toEqual(["other.json"]);
});
