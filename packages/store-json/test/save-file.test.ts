import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";
import type { DurableFs } from "../src/durable-fs.ts";
import { saveFile } from "../src/save-file.ts";
import { SimulatedFs, systemError } from "@holdfast-tooling/simulated-fs";
import { errorOf, openOn, path } from "./open-driver.ts";

const lines = ["one\n", "two\n", "three\n"];

function save(fs: DurableFs, content: readonly string[]): Promise<number> {
  return saveFile({ fs, path, newSuffix: () => "0123456789abcdef" }, [Buffer.from(content.join(""))]);
}

function withOldFile(): SimulatedFs {
  const fs = new SimulatedFs();
  fs.place(path, "old\n");
  return fs;
}

test("a file is written beside the old one, synced, read back, renamed over it, and its folder synced, in this order", async () => {
  const fs = withOldFile();
  expect(await save(fs, lines)).toBe(14);
  expect(fs.log).toEqual(["facts", "create 600", "write", "sync", "close", ...readBack, "rename", "syncFolder"]);
  expect(fs.names()).toEqual(["entities.json"]);
  expect(fs.textOf(path)).toBe("one\ntwo\nthree\n");
});

test("writes that the system does in part only are completed", async () => {
  const fs = withOldFile();
  fs.bytesAtOnce = 2;
  await save(fs, lines);
  expect(fs.textOf(path)).toBe("one\ntwo\nthree\n");
});

test("the new file keeps the permissions of the old one", async () => {
  const fs = withOldFile();
  const facts = fs.facts.bind(fs);
  fs.facts = async (of) => {
    const found = await facts(of);
    return found === undefined ? undefined : { ...found, mode: 0o640 };
  };
  await save(fs, lines);
  expect(fs.log).toContain("create 640");
});

const readBack = ["openToRead", "read", "read", "closeRead"];

test("a file that cannot be read back as it was written never counts", async () => {
  const fs = withOldFile();
  const openToRead = fs.openToRead.bind(fs);
  fs.openToRead = async (of) => {
    const file = await openToRead(of);
    const read = file.read.bind(file);
    file.read = async (into, position) => {
      const length = await read(into, position);
      if (length > 3) into[3] = 0;
      return length;
    };
    return file;
  };
  const error = await errorOf(save(fs, lines));
  expect(error).toMatchObject({ code: "BACKEND_FAILURE", outcome: "none", details: { path } });
  expect([fs.textOf(path), fs.names()]).toEqual(["old\n", ["entities.json"]]);
});

const failures = [
  ["ENOSPC", "STORE_FULL"],
  ["EDQUOT", "STORE_FULL"],
  ["EFBIG", "STORE_FULL"],
  ["EROFS", "STORE_READ_ONLY"],
  ["EACCES", "STORE_READ_ONLY"],
  ["EIO", "STORE_UNAVAILABLE"],
] as const;

const beforeRename = ["facts", "create", "write", "sync", "close", "rename"];

test.each(beforeRename.flatMap((operation) => failures.map(([system, code]) => [system, operation, code] as const)))(
  "%s at %s is %s, and leaves the old file and no trace",
  async (system, operation, code) => {
    const fs = withOldFile();
    fs.fails = (each) => (each.startsWith(operation) ? systemError(system) : undefined);
    const error = await errorOf(save(fs, lines));
    expect(error).toMatchObject({ code, outcome: "none", cause: { code: system }, details: { path, system } });
    expect(fs.textOf(path)).toBe("old\n");
    expect(fs.names()).toEqual(["entities.json"]);
    expect(fs.log.filter((each) => each === "sync").length).toBeLessThan(2);
  },
);

test("a folder that cannot be synced leaves the outcome unknown", async () => {
  const fs = withOldFile();
  fs.fails = (operation) => (operation === "syncFolder" ? systemError("EIO") : undefined);
  const error = await errorOf(save(fs, lines));
  expect(error).toMatchObject({ code: "COMMIT_UNKNOWN", outcome: "unknown", retryable: false });
  expect(error.message).toContain("opened again");
});

test("a power cut at any operation leaves the old file or the new one, and the new one once it is saved", async () => {
  const fs = withOldFile();
  fs.bytesAtOnce = 5;
  const images: SimulatedFs[] = [];
  fs.fails = () => {
    images.push(...fs.powerCuts(4));
    return undefined;
  };
  await save(fs, lines);
  fs.fails = () => undefined;
  expect(images.length).toBeGreaterThan(15);
  expect(new Set(images.map((image) => image.textOf(path)))).toEqual(new Set(["old\n", "one\ntwo\nthree\n"]));
  for (const image of fs.powerCuts()) expect(image.textOf(path)).toBe("one\ntwo\nthree\n");
});

test("what a killed save left is removed when the store is opened, and other files are not", async () => {
  const fs = new SimulatedFs();
  await (await openOn(fs))[Symbol.asyncDispose]();
  const others = ["entities.json.0123.tmp", "entities.json.0123456789abcdeg.tmp", "other.json.0123456789abcdef.tmp"];
  for (const name of [...others, "entities.json.0123456789abcdef.tmp"]) fs.place(`/data/${name}`, "{");
  await openOn(fs, { access: "read" });
  expect(fs.names()).toContain("entities.json.0123456789abcdef.tmp");
  await openOn(fs);
  expect(fs.names()).toEqual([...others, "entities.json"].sort());
});

test("opening without rights in the folder is STORE_READ_ONLY", async () => {
  const fs = new SimulatedFs();
  fs.fails = (operation) => (operation === "checkWritable" ? systemError("EACCES") : undefined);
  expect(await errorOf(openOn(fs))).toMatchObject({ code: "STORE_READ_ONLY", cause: { code: "EACCES" } });
});

test("a file beyond 256 MiB is warned of once, with the way to SQLite", async () => {
  const fs = new SimulatedFs();
  await (await openOn(fs))[Symbol.asyncDispose]();
  const openToRead = fs.openToRead.bind(fs);
  fs.openToRead = async (of) => {
    const file = await openToRead(of);
    const facts = file.facts.bind(file);
    return Object.assign(file, { facts: async () => ({ ...(await facts()), size: 300 * 1024 * 1024 }) });
  };
  const warnings: string[] = [];
  const logger = { warn: (message: string) => warnings.push(message) };
  const driver = await openOn(fs, { access: "read", logger });
  fs.place(path, fs.textOf(path) ?? "");
  expect(await driver.stats()).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("SQLite")]);
});

test("what is read on opening outlives a power cut, also where a killed process had not come to sync its folder", async () => {
  const fs = new SimulatedFs();
  await (await openOn(fs))[Symbol.asyncDispose]();
  fs.fails = (operation) => (operation === "syncFolder" ? systemError("EIO") : undefined);
  const other = new SimulatedFs();
  await (await openOn(other))[Symbol.asyncDispose]();
  const line = other.textOf(path) ?? "";
  expect(HoldfastError.is(await errorOf(save(fs, [line])), "COMMIT_UNKNOWN")).toBe(true);
  fs.fails = () => undefined;
  await openOn(fs);
  for (const image of fs.powerCuts()) expect(image.textOf(path)).toBe(line);
});
