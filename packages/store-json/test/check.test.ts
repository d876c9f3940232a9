import type { Driver } from "@holdfast/core";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { withOneNote } from "./one-note.ts";
import type { ReadableFile } from "../src/durable-fs.ts";
import { driverOn, notes, openOn, options, path } from "./open-driver.ts";

async function problemsOf(driver: Driver): Promise<readonly string[]> {
  return (await driver.check()).map(({ message }) => message);
}

test("of files that are whole there is nothing to say, also while a process writes and folds journals", async () => {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  for (let round = 1; round <= 30; round++) {
    const writing = driver.apply(notes({ [`n${round % 5}`]: "x".repeat(60) }));
    expect(await problemsOf(driver)).toEqual([]);
    await writing;
  }
  const reader = await openOn(fs, { access: "read" });
  expect(await problemsOf(reader)).toEqual([]);
  await driver[Symbol.asyncDispose]();
  expect(await problemsOf(await openOn(fs))).toEqual([]);
});

test.each([1, 2])("%i rounds that are written while their place is read are no damage", async (rounds) => {
  const fs = new SimulatedFs();
  let betweenReads = async (): Promise<void> => undefined;
  const driver = driverOn(pausing(fs, () => betweenReads()));
  await driver.open({ types: [] }, options());
  const journal = `${path}.journal.0`;
  const written = (): number => (fs.textOf(journal) ?? "").replace(/\0+$/, "").length;
  // The next round begins in the first piece that is read, among zeros, and ends in the second.
  for (let round = 0; written() < firstPiece - 100; round++) {
    const left = firstPiece - 100 - written();
    await driver.apply(notes({ [`n${round}`]: "x".repeat(left > 600 ? 200 : 0) }));
  }
  expect(written()).toBeLessThan(firstPiece);
  let late = 0;
  betweenReads = async () => {
    betweenReads = async () => undefined;
    for (; late < rounds; late++) await driver.apply(notes({ [`late${late}`]: "x".repeat(300) }));
  };
  expect(await problemsOf(driver)).toEqual([]);
  expect(late).toBe(rounds);
});

/** Of a journal, in bytes. */
const firstPiece = 8 * 1024;

/** The same files, where something happens behind each piece that is read of one. */
function pausing(of: SimulatedFs, behind: () => Promise<void>): SimulatedFs {
  return new Proxy(of, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      if (name !== "openToRead") return method.bind(target) as unknown;
      return async (opened: string): Promise<ReadableFile> => {
        const file = await target.openToRead(opened);
        const read: ReadableFile["read"] = async (into, position) => {
          const length = await file.read(into, position);
          if (length === firstPiece) await behind();
          return length;
        };
        return { facts: () => file.facts(), read, close: () => file.close() };
      };
    },
  });
}

test.each<[string, string, (text: string) => string, string]>([
  ["a flipped bit in the file", path, (text) => text.replace('"highWater":', '"highWates":'), "not"],
  [
    "a damaged round of the journal",
    `${path}.journal.0`,
    (text) => text.replace('"text":"one"', '"text":"oue"'),
    "damaged",
  ],
  [
    "a journal without its last round",
    `${path}.journal.0`,
    (text) => text.slice(0, text.indexOf('{"round":2')),
    "the files hold 1",
  ],
])("%s is told while the store is open", async (_what, name, damage, told) => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
  fs.place(name, damage(fs.textOf(name) ?? ""));
  expect(await problemsOf(driver)).toContainEqual(expect.stringContaining(told));
});

test("a file that holds another state than memory is told, with the record", async () => {
  const { fs, driver } = await withOneNote();
  const other = new SimulatedFs();
  const writer = await openOn(other);
  await writer.apply(notes({ a: "other" }));
  await writer[Symbol.asyncDispose]();
  fs.place(path, other.textOf(path) ?? "");
  await fs.remove(`${path}.journal.0`);
  expect(await driver.check()).toMatchObject([{ kind: "integrity", type: "Note", tenant: "default", id: "a" }]);
});

test("a former snapshot that is damaged is told before it is needed", async () => {
  const fs = new SimulatedFs();
  const driver = driverOn(fs, 1);
  await driver.open({ types: [] }, options());
  for (let round = 1; round <= 12; round++) await driver.apply(notes({ [`n${round}`]: "x".repeat(60) }));
  await expect.poll(() => fs.names().filter((name) => /former|tmp/.test(name))).toEqual(["entities.json.former"]);
  fs.place(`${path}.former`, (fs.textOf(`${path}.former`) ?? "").replace("xxx", "xxy"));
  expect(await problemsOf(driver)).toEqual([expect.stringContaining("entities.json.former")]);
});
