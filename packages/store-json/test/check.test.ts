import type { Driver } from "@holdfast/core";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { withOneNote } from "./one-note.ts";
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
