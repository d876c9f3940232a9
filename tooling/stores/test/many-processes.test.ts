import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { storesUnderTest } from "@holdfast-tooling/stores";

const run = promisify(execFile);
const program = fileURLToPath(new URL("counting-process.ts", import.meta.url));
const processes = 8;
const times = 25;

const stores = storesUnderTest();
const node = ["--conditions=holdfast-source", "--no-warnings", program];

/** Raises the counter of the store at a URL so often, in a process of its own; gives what that printed. */
async function raiseElsewhere(url: string, often: number): Promise<string> {
  const { stdout } = await run(process.execPath, [...node, url, String(often)]);
  return stdout.trim();
}

describe.each(stores.filter(({ sharable }) => sharable))("several processes on one $name store", ({ open, urlOf }) => {
  test("raise one counter, and no update is lost", { timeout: 120_000 }, async () => {
    await using store = await open({});
    const url = urlOf(store);
    const outputs = await Promise.all(Array.from({ length: processes }, () => raiseElsewhere(url, times)));
    expect(outputs).toEqual(Array(processes).fill(String(times)));
    const [record] = await store.get("Counter", ["shared"]);
    expect([record?.body["count"], record?.version]).toEqual([processes * times, processes * times]);
  });
});

const exclusive = stores.filter(({ sharable, reopen }) => !sharable && reopen !== undefined);

describe.each(exclusive)("a second process on one $name store", ({ open, urlOf }) => {
  test("is refused, since the store claims one writing process", async () => {
    await using store = await open({});
    await expect(raiseElsewhere(urlOf(store), 1)).rejects.toThrow("STORE_LOCKED");
  });
});
