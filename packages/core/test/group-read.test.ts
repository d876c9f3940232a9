import { describe, expect, test } from "vitest";
import { eventLoopTurn } from "@holdfast/core";
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

  test("wait for others in their turn of the event loop where others came last", async () => {
    const { asked, get } = recorder();
    const volley = ["a", "b", "c"].map((id) => () => get("Job", id));
    for (let nth = 0; nth < 2; nth++) await Promise.all(volley.map((read) => read()));
    expect(asked).toEqual([["a"], ["b", "c"], ["a", "b", "c"]]);
    await get("Job", "d");
    let answered = false;
    void get("Job", "e").then(() => (answered = true));
    await Promise.resolve();
    expect(asked.at(-1)).toEqual(["e"]);
    await eventLoopTurn();
    expect(answered).toBe(true);
  });

  test("are asked in two halves beside each other where they are many", async () => {
    const asked: number[] = [];
    let underWay = 0;
    const together: number[] = [];
    const reads = new GroupRead({
      get: async (tenant, type, ids) => {
        asked.push(ids.length);
        together.push((underWay += 1));
        await eventLoopTurn();
        underWay -= 1;
        return ids.map((id) => record(tenant, type, id));
      },
    });
    const read = async (at: number): Promise<void> => {
      for (let nth = 0; nth < 4; nth++) {
        const [found] = await reads.get("default", "Job", [`${at}`]);
        expect(found?.id).toBe(`${at}`);
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, at) => read(at)));
    expect(Math.max(...asked)).toBe(32);
    expect(Math.max(...together)).toBe(2);
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

  describe("of a reader that answers at once", () => {
    /** Records what is asked; `waits` is not known at once. */
    function atOnce(joinsReads: boolean) {
      const asked: string[] = [];
      const of = (how: string, ids: readonly string[]): readonly RecordText[] => {
        asked.push(`${how} ${ids.join(" ")}`);
        return ids.map((id) => record("default", "Job", id));
      };
      const reads = new GroupRead({
        get: async (_tenant, _type, ids) => of("get", ids),
        getAtOnce: (_tenant, _type, ids) => (ids.includes("waits") ? undefined : of("at once", ids)),
        joinsReads,
      });
      const get = async (...ids: readonly string[]): Promise<readonly (string | undefined)[]> =>
        (await reads.get("default", "Job", ids)).map((each) => each?.id);
      return { asked, reads, get };
    }

    test("come without a promise", () => {
      const { reads } = atOnce(true);
      expect(reads.get("default", "Job", ["a"])).toEqual([record("default", "Job", "a")]);
    });

    test("are joined behind the first one where that takes less, and not where it does not", async () => {
      for (const [joins, expected] of [
        [true, ["at once a", "at once b c"]],
        [false, ["at once a", "at once b", "at once c", "at once b"]],
      ] as const) {
        const { asked, get } = atOnce(joins);
        const found = await Promise.all([get("a"), get("b"), get("c"), get("b")]);
        expect([found, asked]).toEqual([[["a"], ["b"], ["c"], ["b"]], expected]);
      }
    });

    test("go at once again behind those that were joined", async () => {
      const { asked, get } = atOnce(true);
      await Promise.all([get("a"), get("b")]);
      await get("c");
      expect(asked).toEqual(["at once a", "at once b", "at once c"]);
    });

    test("wait where it cannot answer so", async () => {
      const { asked, get } = atOnce(true);
      expect(await Promise.all([get("waits"), get("b")])).toEqual([["waits"], ["b"]]);
      expect(asked).toEqual(["get waits", "at once b"]);
    });
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
