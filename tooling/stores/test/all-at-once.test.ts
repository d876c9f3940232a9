import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { startPart } from "./start-part.ts";
import type { Part } from "./start-part.ts";

const stores = storesUnderTest().filter(({ name }) => name === "json" || name === "sqlite");

describe.each(stores)("processes that open, write, follow, back up and check one $name store at once", (store) => {
  test("never see half of a write, and none is refused what it may do", { timeout: 120_000 }, async () => {
    const url = await store.freshUrl();
    const [names, access] = store.sharable === true ? [["one", "two"], "write"] : [["one"], "read"];
    const take = (part: string, how = access, name = ""): Part => startPart(url, part, how, String(names.length), name);

    const writers = names.map((name) => take("write", "write", name));
    for (const writer of writers) expect(await writer.nextLine()).toBe("open");
    const others = [take("follow"), take("look")];
    for (const other of others) expect(await other.nextLine()).toBe("open");
    others.push(take("open"));
    for (const { input } of writers) input.write("go\n");

    expect(await Promise.all(others.map((other) => other.nextLine()))).toEqual(others.map(() => "done"));
    for (const { input } of writers) input.end();
    expect(await Promise.all(writers.map((writer) => writer.nextLine()))).toEqual(writers.map(() => "done"));
  });
});
