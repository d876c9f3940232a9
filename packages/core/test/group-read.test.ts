import { describe, expect, test } from "vitest";
import type { RecordText } from "@holdfast/core";
import { GroupRead } from "../src/group-read.ts";

function record(tenant: string, type: string, id: string): RecordText {
  return { tenant, type, id, version: 1, documentVersion: 1, created: 1, updated: 1, text: "{}" };
}

/** Records what is asked; an id of `missing` is not there, and a read with `bad` fails. */
function recorder() {
  const asked: (readonly string[])[] = [];
  const reads = new GroupRead({
    get: async (tenant, type, ids) => {
      asked.push(ids);
      await Promise.resolve();
      if (ids.includes("bad")) throw new Error("failed");
      return ids.map((id) => (id === "missing" ? undefined : record(tenant, type, id)));
    },
  });
  const get = async (type: string, ...ids: readonly string[]): Promise<readonly (string | undefined)[]> =>
    (await reads.get("default", type, ids)).map((each) => each?.id);
  return { asked, get };
}

describe("joined point reads", () => {
  test("send a lone read at once, and those that come meanwhile together", async () => {
    const { asked, get } = recorder();
    const found = await Promise.all([get("Job", "a"), get("Job", "b", "missing"), get("Job", "c", "b")]);
    expect(found).toEqual([["a"], ["b", undefined], ["c", "b"]]);
    expect(asked).toEqual([["a"], ["b", "missing", "c"]]);
  });

  test("join nothing across types", async () => {
    const { asked, get } = recorder();
    await Promise.all([get("Job", "a"), get("Case", "a")]);
    expect(asked).toEqual([["a"], ["a"]]);
  });

  test("let one failing read fail alone", async () => {
    const { get } = recorder();
    const settled = await Promise.allSettled([get("Job", "a"), get("Job", "bad"), get("Job", "c")]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("go on after a failed read, each as the first one again", async () => {
    const { asked, get } = recorder();
    await expect(get("Job", "bad")).rejects.toThrow("failed");
    expect(await get("Job", "d")).toEqual(["d"]);
    expect(asked).toEqual([["bad"], ["d"]]);
  });

  test("ask for no more than 10,000 ids at once", async () => {
    const { asked, get } = recorder();
    const ids = (from: number) => Array.from({ length: 6_000 }, (_, at) => `${from}-${at}`);
    await Promise.all([get("Job", "a"), get("Job", ...ids(1)), get("Job", ...ids(2))]);
    expect(asked.map(({ length }) => length)).toEqual([1, 6_000, 6_000]);
  });
});
