import assert from "node:assert/strict";

import type { Stamps } from "@holdfast/core";

import { behaviour, persistent } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { findIds, range, save } from "../shorthand.ts";

/** A clock that shows these times in turn, and then the last one for ever. */
function clockOf(...times: readonly number[]): Stamps {
  let at = 0;
  return { now: () => times[Math.min(at++, times.length - 1)] ?? 0, newId: () => "unused" };
}

const noon = 1_700_000_000_000_000;
const day = 86_400_000_000;
const tenYears = 3_652 * day;

function isRising(stamps: readonly number[]): boolean {
  return stamps.every((stamp, at) => at === 0 || stamp > (stamps[at - 1] ?? Infinity));
}

export const stamps: Theme = {
  name: "stamps",
  behaviours: [
    behaviour("takes its times from the clock that it was opened with", async ({ open }) => {
      await using store = await open({ stamps: clockOf(noon) });
      assert.equal((await save(store, "Note", "a")).created, noon);
    }),
    behaviour("never stamps two records with one time, though the clock stands still", async ({ open }) => {
      await using store = await open({ stamps: clockOf(noon) });
      const results = await store.write(range(50).map((at) => insert("Note", `s${at}`)));
      const later = await Promise.all(range(50).map((at) => save(store, "Note", `t${at}`)));
      const all = [...results.map((result) => result.record?.created ?? 0), ...later.map(({ created }) => created)];
      assert.equal(new Set(all).size, 100);
    }),
    behaviour("keeps the order of insertion, though the clock goes back", async ({ open }) => {
      await using store = await open({ stamps: clockOf(noon, noon - day, noon + tenYears, noon + day, 0) });
      const times: number[] = [];
      for (const id of ["m", "a", "z", "b", "c"]) times.push((await save(store, "Note", id)).created);
      assert.ok(isRising(times), `stamps: ${times.join(", ")}`);
      assert.deepEqual(await findIds(store, { type: "Note" }), ["m", "a", "z", "b", "c"]);
    }),
    behaviour("stamps writes that wait together in the order in which they were called", async ({ store }) => {
      const saved = await Promise.all(range(100).map((at) => save(store, "Note", `w${(at * 37) % 100}`)));
      assert.ok(isRising(saved.map(({ created }) => created)), "a later call has a later stamp");
    }),
    behaviour(
      "stamps updates later than the record was created, and later than the update before",
      async ({ open }) => {
        await using store = await open({ stamps: clockOf(noon, 0) });
        const times: number[] = [];
        for (const round of range(4)) times.push((await save(store, "Note", "u", { round })).updated);
        assert.ok(isRising(times), `stamps: ${times.join(", ")}`);
      },
    ),
    behaviour("tells the time of the backend in microseconds, which does not go back", async ({ store }) => {
      const times: number[] = [];
      for (let reading = 0; reading < 5; reading++) times.push(await store.now());
      assert.ok(times.every(Number.isSafeInteger), `readings: ${times.join(", ")}`);
      assert.ok(
        times.every((time, at) => time >= (times[at - 1] ?? 0)),
        `readings: ${times.join(", ")}`,
      );
      assert.ok((times[0] ?? 0) > 1_577_836_800_000_000, "the year is 2020 or later");
    }),
    persistent(
      "goes on above all times that are stored, though the clock was set back between",
      async ({ open, reopen }) => {
        await using store = await open({ stamps: clockOf(noon) });
        const before = await save(store, "Note", "before");
        await store.close();
        await using again = await reopen(store, { stamps: clockOf(noon - 3_600_000_000) });
        if (again.guarantees.writers === "hosts") return; // Between processes such a backend orders by clock.
        const after = await save(again, "Note", "after");
        assert.ok(after.created > before.created, `${after.created} is later than ${before.created}`);
        assert.deepEqual(await findIds(again, { type: "Note" }), ["before", "after"]);
      },
    ),
  ],
};
