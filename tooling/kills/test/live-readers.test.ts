import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkLeft } from "../src/check-left.ts";
import { openWork } from "../src/open-work.ts";
import { startProgram } from "../src/start-program.ts";
import { accounts, firstBalance } from "../src/steps.ts";
import { makeTools } from "../src/tools.ts";
import type { Tools } from "../src/tools.ts";
import { readTold } from "../src/work-lines.ts";
import type { Work } from "../src/work-lines.ts";

let tools: Tools;
beforeAll(async () => {
  tools = await makeTools([path.join(import.meta.dirname, "programs/write.ts")]);
});
afterAll(() => tools[Symbol.asyncDispose]());

/** What all accounts hold, as a process sees it that opens the store to read while another writes; 0 before they are there. */
async function sumOfAccounts(url: string): Promise<number> {
  await using store = await openWork(url, { access: "read" });
  const found = await store.transaction((session) => session.get("Account", accounts), { readOnly: true });
  const there = found.filter((account) => account !== undefined);
  expect([0, accounts.length]).toContain(there.length);
  return there.reduce((sum, { body }) => sum + Number(body["balance"]), 0);
}

describe.each(["json", "sqlite"])("a %s store that a process writes to", (scheme) => {
  test("is read by another meanwhile, each time as of one moment, and the writer goes on to its end", async () => {
    const url = `${scheme}:${path.join(tools.folder, scheme, "data")}`;
    const plan = { seed: 1, lanes: 4, width: 200 };
    const work: Work = { urls: [url], plan, steps: 40 };
    await using writer = startProgram(tools, "write", [JSON.stringify(work)]);
    const printed = [...(await writer.linesUntil("set 0"))];
    let hasEnded = false;
    const rest = writer.restOfLines().finally(() => (hasEnded = true));
    const sums = new Set<number>();
    while (!hasEnded) sums.add(await sumOfAccounts(url));
    sums.add(await sumOfAccounts(url));
    sums.delete(0);
    expect([...sums]).toEqual([accounts.length * firstBalance]);
    printed.push(...(await rest));
    expect(await writer.ending).toMatchObject({ code: 0, errors: "" });
    const [told] = readTold(`${printed.join("\n")}\n`, work);
    expect(told?.acknowledged).toEqual(Array(plan.lanes).fill(work.steps));
    const checked = await checkLeft({ url, plan, isSetUp: true, acknowledged: told?.acknowledged ?? [] });
    expect(checked).toMatchObject({ reached: told?.acknowledged, problems: [] });
  });
});
