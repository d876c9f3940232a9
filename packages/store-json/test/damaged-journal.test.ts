import { setTimeout } from "node:timers/promises";
import type { Driver, DriverOptions } from "@holdfast/core";
import type { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { first, journal, second, withOneNote } from "./one-note.ts";
import { errorOf, notes, openOn, path, textsOf } from "./open-driver.ts";

const third = { ...second, c: '{"text":"three"}' };
const mark = /\{"durable":\d+,"sum":"[^"]*"\}\n/g;

/** Three rounds, and the line that says that all of them are on the medium. */
async function threeRounds(more: Partial<DriverOptions> = {}): Promise<SimulatedFs> {
  const { fs, driver } = await withOneNote(more);
  await driver.apply(notes({ b: "two" }));
  await driver.apply(notes({ c: "three" }));
  await expect.poll(() => fs.textOf(journal)).toContain('{"durable":3');
  return fs.killed();
}

function withJournal(fs: SimulatedFs, content: Buffer | string): SimulatedFs {
  const image = fs.killed();
  image.place(journal, content);
  return image;
}

/** One bit of each byte, another one each time. */
function* flipped(whole: Buffer): Iterable<readonly [at: number, bytes: Buffer]> {
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at & 7)), at);
    yield [at, bytes];
  }
}

/** Everything as it was opened, or the code of the error, with which all must be left as it is. */
async function opened(image: SimulatedFs): Promise<unknown> {
  const files = filesOf(image);
  const driver = await openOn(image).catch((thrown: unknown) => errorOf(Promise.reject(thrown)));
  if ("apply" in driver) return textsOf(driver);
  expect(filesOf(image)).toEqual(files);
  return driver.code;
}

function filesOf(fs: SimulatedFs): unknown {
  return fs.names().map((name) => [name, fs.textOf(`/data/${name}`)]);
}

test("with a bit flipped in any byte of a journal, all that was acknowledged is there, or it is STORE_CORRUPT, or kept", async () => {
  const fs = await threeRounds();
  const wrong: unknown[] = [];
  const verdicts = { whole: 0, corrupt: 0, kept: 0 };
  for (const [at, bytes] of flipped(Buffer.from(fs.textOf(journal) ?? ""))) {
    const image = withJournal(fs, bytes);
    const found = await opened(image);
    if (found === "STORE_CORRUPT") verdicts.corrupt++;
    else if (JSON.stringify(found) === JSON.stringify(third)) verdicts.whole++;
    else if (image.names().includes("entities.json.journal.0.damaged")) verdicts.kept++;
    else wrong.push([at, found]);
  }
  expect(wrong).toEqual([]);
  expect(verdicts.whole).toBeGreaterThan(40);
  expect(verdicts.corrupt).toBeGreaterThan(200);
  // The end of the last round's last line: nothing is left that says that it was one.
  expect(verdicts.kept).toBe(1);
});

test("a damaged round that was acknowledged is STORE_CORRUPT, which says where, what is missing and how to go on", async () => {
  const fs = await threeRounds();
  const image = withJournal(fs, (fs.textOf(journal) ?? "").replace('"text":"two"', '"text":"tvo"'));
  const error = await errorOf(openOn(image));
  expect(error).toMatchObject({
    code: "STORE_CORRUPT",
    outcome: "none",
    details: { path, journal, line: expect.any(Number) as number, round: 2, roundsBehind: 1 },
  });
  expect(error.message).toContain("holdfast recover json:/data/entities.json");
  expect(error.message).not.toContain("tvo");
});

test("a damaged last round of which nobody can know is cut off, but kept beside first, said, and told by check", async () => {
  const fs = await threeRounds();
  const damaged = (fs.textOf(journal) ?? "").replaceAll(mark, "").replace('"text":"three"', '"text":"thref"');
  const image = withJournal(fs, damaged);
  const warnings: unknown[] = [];
  const driver = await openOn(image, { logger: { warn: (_message, details) => warnings.push(details) } });
  expect(await textsOf(driver)).toEqual(second);
  expect(warnings).toMatchObject([{ path, kept: `${journal}.damaged` }]);
  expect(image.textOf(`${journal}.damaged`)).toBe(damaged);
  expect(await problemsOf(driver)).toEqual([expect.stringContaining("entities.json.journal.0.damaged")]);
  await driver.apply(notes({ d: "four" }));
  await driver[Symbol.asyncDispose]();
  expect(image.names()).toEqual(["entities.json", "entities.json.journal.0.damaged"]);
  expect(await textsOf(await openOn(image))).toEqual({ ...second, d: '{"text":"four"}' });
});

test("what was kept because of its damage is never written over", async () => {
  const fs = await threeRounds();
  const image = withJournal(fs, (fs.textOf(journal) ?? "").replaceAll(mark, "").replace('"three"', '"thref"'));
  image.place(`${journal}.damaged`, "of an earlier time");
  await openOn(image);
  expect(image.textOf(`${journal}.damaged`)).toBe("of an earlier time");
  expect(image.textOf(`${journal}.damaged.2`)).toContain('"thref"');
});

test("damage between rounds that are whole costs nothing: it is kept beside and said, once", async () => {
  const fs = await threeRounds();
  await setTimeout(0);
  const [header, ...lines] = (fs.textOf(journal) ?? "").replaceAll(mark, "").split("\n");
  const image = withJournal(fs, [header, ...lines.slice(0, 3), '{"durably":1}', ...lines.slice(3)].join("\n"));
  expect(await textsOf(await openOn(image))).toEqual(third);
  expect(await textsOf(await openOn(image.killed()))).toEqual(third);
  expect(image.names()).toEqual(["entities.json", "entities.json.journal.0", "entities.json.journal.0.damaged"]);
});

test("a journal whose header alone is damaged is read all the same, since each round says whose it is", async () => {
  const fs = await threeRounds();
  const image = withJournal(fs, (fs.textOf(journal) ?? "").replace('{"journal":1', '{"journal":3'));
  expect(await textsOf(await openOn(image))).toEqual(third);
  const other = await threeRounds();
  const foreign = withJournal(fs, (other.textOf(journal) ?? "").replace('{"journal":1', '{"journal":3'));
  expect((await errorOf(openOn(foreign))).code).toBe("STORE_CORRUPT");
});

test("rounds that were never synced may have a hole after a power cut: what is before it counts, the rest is kept", async () => {
  const fs = await threeRounds({ durability: "process-crash" });
  const holed = (fs.textOf(journal) ?? "").replace('"text":"two"', '"text":"t\0o"');
  const image = withJournal(fs, holed);
  const driver = await openOn(image);
  expect(await textsOf(driver)).toEqual(first);
  expect(image.textOf(`${journal}.damaged`)).toBe(holed);
  await driver.apply(notes({ d: "four" }));
  expect(await textsOf(await openOn(image.killed()))).toEqual({ ...first, d: '{"text":"four"}' });
});

test("journals behind a hole that a power cut left are kept under other names, so that new ones can follow", async () => {
  const fs = await threeRounds({ durability: "process-crash" });
  const again = await openOn(fs, { durability: "process-crash" });
  await again.apply(notes({ d: "four" }));
  const image = withJournal(fs, (fs.textOf(journal) ?? "").replace('"text":"two"', '"text":"t\0o"'));
  expect(await textsOf(await openOn(image))).toEqual(first);
  expect(image.names()).toContain("entities.json.journal.3.damaged");
  expect(image.names()).not.toContain("entities.json.journal.3");
});

async function problemsOf(driver: Driver): Promise<readonly string[]> {
  return (await driver.check()).map(({ message }) => message);
}
