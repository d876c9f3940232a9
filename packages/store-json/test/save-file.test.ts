import { expect, test } from "vitest";
import { MemoryFs, systemError } from "./memory-fs.ts";
import { errorOf, notes, openOn, path, textsOf } from "./open-driver.ts";

const first = { a: '{"text":"one"}' };
const second = { a: '{"text":"one"}', b: '{"text":"two"}' };

async function withOneNote(more: Parameters<typeof openOn>[1] = {}) {
  const fs = new MemoryFs();
  const driver = await openOn(fs, more);
  await driver.apply(notes({ a: "one" }));
  fs.log.length = 0;
  return { fs, driver };
}

test("a save is written beside the file, synced, renamed over it, and its folder synced, in this order", async () => {
  const { fs, driver } = await withOneNote();
  await driver.apply(notes({ b: "two" }));
  expect(fs.log).toEqual(["facts", "create 600", "write", "sync", "close", "rename", "syncFolder"]);
  expect(fs.names()).toEqual(["entities.json"]);
});

test('with durability "process-crash" nothing is synced', async () => {
  const { fs, driver } = await withOneNote({ durability: "process-crash" });
  await driver.apply(notes({ b: "two" }));
  expect(fs.log).toEqual(["facts", "create 600", "write", "close", "rename"]);
  expect(driver.guarantees.durability).toBe("process-crash");
});

test("writes that the system does in part only are completed", async () => {
  const { fs, driver } = await withOneNote();
  fs.bytesAtOnce = 7;
  await driver.apply(notes({ b: "two" }));
  expect(await textsOf(await openOn(fs))).toEqual(second);
});

test("the new file keeps the permissions of the old one", async () => {
  const { fs, driver } = await withOneNote();
  const facts = fs.facts.bind(fs);
  fs.facts = async (of) => {
    const found = await facts(of);
    return found === undefined ? undefined : { ...found, mode: 0o640 };
  };
  await driver.apply(notes({ b: "two" }));
  expect(fs.log).toContain("create 640");
});

const beforeRename = ["facts", "create", "write", "sync", "close", "rename"];
const failures = [
  ["ENOSPC", "STORE_FULL"],
  ["EDQUOT", "STORE_FULL"],
  ["EFBIG", "STORE_FULL"],
  ["EROFS", "STORE_READ_ONLY"],
  ["EACCES", "STORE_READ_ONLY"],
  ["EIO", "STORE_UNAVAILABLE"],
] as const;

test.each(beforeRename.flatMap((operation) => failures.map(([system, code]) => [system, operation, code] as const)))(
  "%s at %s is %s, leaves the old file and no trace, and the next save works",
  async (system, operation, code) => {
    const { fs, driver } = await withOneNote();
    const before = fs.textOf(path);
    fs.fails = (each) => (each.startsWith(operation) ? systemError(system) : undefined);
    const error = await errorOf(driver.apply(notes({ b: "two" })));
    expect(error).toMatchObject({ code, outcome: "none", cause: { code: system }, details: { path, system } });
    expect(fs.textOf(path)).toBe(before);
    expect(fs.names()).toEqual(["entities.json"]);
    expect(fs.log.filter((each) => each === "sync").length).toBeLessThan(2);
    expect(await textsOf(driver)).toEqual(first);
    fs.fails = () => undefined;
    await driver.apply(notes({ b: "two" }));
    expect(await textsOf(driver)).toEqual(second);
    expect(await textsOf(await openOn(fs))).toEqual(second);
  },
);

test("a folder that cannot be synced leaves the outcome unknown, and no write is taken until the store is opened again", async () => {
  const { fs, driver } = await withOneNote();
  fs.fails = (operation) => (operation === "syncFolder" ? systemError("EIO") : undefined);
  const error = await errorOf(driver.apply(notes({ b: "two" })));
  expect(error).toMatchObject({ code: "COMMIT_UNKNOWN", outcome: "unknown", retryable: false });
  expect(error.message).toContain("opened again");
  fs.fails = () => undefined;
  const refused = await errorOf(driver.apply(notes({ c: "three" })));
  expect(refused).toMatchObject({ code: "STORE_READ_ONLY", cause: { code: "COMMIT_UNKNOWN" } });
  expect(await textsOf(driver)).toEqual(first);
  await driver[Symbol.asyncDispose]();
  const again = await openOn(fs);
  expect(await textsOf(again)).toEqual(second);
  await again.apply(notes({ c: "three" }));
});

test("a power cut at any operation leaves the state before or after the save, and the one after once it is acknowledged", async () => {
  const { fs, driver } = await withOneNote();
  fs.bytesAtOnce = 50;
  const images: MemoryFs[] = [];
  fs.fails = () => {
    images.push(...fs.images());
    return undefined;
  };
  await driver.apply(notes({ b: "two" }));
  fs.fails = () => undefined;
  expect(images.length).toBeGreaterThan(40);
  const seen = new Set<string>();
  for (const image of images) seen.add(JSON.stringify(await textsOf(await openOn(image))));
  expect(seen).toEqual(new Set([JSON.stringify(first), JSON.stringify(second)]));
  for (const image of fs.images()) expect(await textsOf(await openOn(image))).toEqual(second);
});

test("what a killed save left is removed when the store is opened, and other files are not", async () => {
  const { fs } = await withOneNote();
  const others = ["entities.json.0123.tmp", "entities.json.0123456789abcdeg.tmp", "other.json.0123456789abcdef.tmp"];
  for (const name of [...others, "entities.json.0123456789abcdef.tmp"]) fs.place(`/data/${name}`, "{");
  await openOn(fs, { access: "read" });
  expect(fs.names()).toContain("entities.json.0123456789abcdef.tmp");
  await openOn(fs);
  expect(fs.names()).toEqual([...others, "entities.json"].sort());
});

test("opening without rights in the folder is STORE_READ_ONLY", async () => {
  const fs = new MemoryFs();
  fs.fails = (operation) => (operation === "checkWritable" ? systemError("EACCES") : undefined);
  expect(await errorOf(openOn(fs))).toMatchObject({ code: "STORE_READ_ONLY", cause: { code: "EACCES" } });
});

test("a file beyond 256 MiB is warned of once, with the way to SQLite", async () => {
  const { fs } = await withOneNote();
  const openToRead = fs.openToRead.bind(fs);
  fs.openToRead = async (of) => {
    const file = await openToRead(of);
    return { ...file, facts: async () => ({ ...(await file.facts()), size: 300 * 1024 * 1024 }) };
  };
  const warnings: string[] = [];
  const logger = { warn: (message: string) => warnings.push(message) };
  const driver = await openOn(fs, { access: "read", logger });
  fs.place(path, fs.textOf(path) ?? "");
  expect(await textsOf(driver)).toEqual(first);
  expect(warnings).toEqual([expect.stringContaining("SQLite")]);
});

test("what is read on opening outlives a power cut, also where a killed process had not come to sync its last save", async () => {
  const { fs, driver } = await withOneNote();
  fs.fails = (operation) => (operation === "syncFolder" ? systemError("EIO") : undefined);
  await errorOf(driver.apply(notes({ b: "two" })));
  fs.fails = () => undefined;
  expect(await textsOf(await openOn(fs))).toEqual(second);
  for (const image of fs.images()) expect(await textsOf(await openOn(image))).toEqual(second);
});
