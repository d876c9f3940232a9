import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";

import { whileBusy } from "../src/while-busy.ts";

function failing(times: number, code: "STORE_BUSY" | "STORE_UNAVAILABLE") {
  let asked = 0;
  const work = async (): Promise<number> => {
    asked += 1;
    if (asked <= times) throw new HoldfastError("in the way", { code });
    return asked;
  };
  return { work, asked: () => asked };
}

test("what others are in the way of is done again until they are gone", async () => {
  expect(await whileBusy(60_000, failing(3, "STORE_BUSY").work)).toBe(4);
});

test("it is given up in the end, by a signal, and at once where it failed otherwise", async () => {
  await expect(whileBusy(0, failing(3, "STORE_BUSY").work)).rejects.toMatchObject({ code: "STORE_BUSY" });
  const away = failing(3, "STORE_UNAVAILABLE");
  await expect(whileBusy(60_000, away.work)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(away.asked()).toBe(1);
  const reason = new Error("no more");
  await expect(whileBusy(60_000, failing(9, "STORE_BUSY").work, AbortSignal.abort(reason))).rejects.toBe(reason);
});
