import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import type { Store } from "@holdfast/core";
import { archiveFile, inspectArchive, restoreArchive, saveArchive } from "@holdfast/migrate";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { inTurns } from "../src/in-turns.ts";
import { killPoints } from "../src/kill-points.ts";
import type { Move } from "../src/move.ts";
import { openAt } from "../src/open-at.ts";
import { countCalls, killMove, type KillPoint } from "../src/run-move.ts";
import { fillSample, sampleModel } from "../src/sample-store.ts";
import { makePlaces, missing, pathsOf, type Places, type Scheme } from "./move-tools.ts";

/** Points at which backups are killed, and restores into each kind of store. */
const kills = Math.ceil(Number(process.env["MOVE_KILLS"] ?? 200) / 16);
const timeout = Math.max(300_000, kills * 20_000);
const atOnce = 4;

const figures = { "killed backups": 0, "killed restores that the next one completed": 0 };

/** What a store holds but for versions and times, which rise where contents are replaced: a text for each tenant. */
async function bodiesOf(store: Store): Promise<ReadonlyMap<string, string>> {
  const { types } = await store.stats();
  const bodies = new Map<string, string>();
  for (const tenant of ["default", "other"]) {
    const held: unknown[] = [];
    for (const { type } of types.filter((each) => each.tenant === tenant)) {
      const { records } = await store.tenant(tenant).find({ type, limit: 10_000 });
      held.push(...records.map(({ id, body }) => [type, id, body]));
    }
    bodies.set(tenant, JSON.stringify(held));
  }
  return bodies;
}

/** Goes on from the sample: records changed, deleted and new, in both tenants. */
async function goOn(store: Store): Promise<void> {
  for (const tenant of [store, store.tenant("other")]) {
    const body = { title: "went on" };
    await tenant.write([
      { put: { type: "Mission", id: "m0", documentVersion: 1, body }, expect: "present" },
      { put: { type: "Mission", id: "new", documentVersion: 1, body }, expect: "absent" },
      { delete: { type: "Note", id: "n 9" }, expect: "present" },
    ]);
  }
}

describe.skipIf(missing !== undefined)("a process that is killed", () => {
  let places: Places;
  beforeAll(async () => {
    places = await makePlaces();
  });
  afterAll(() => places[Symbol.asyncDispose]());

  /** Kills a move of each kind at points that are spread over it, each in places of its own. How many were killed. */
  async function killEach<T extends Move>(
    make: () => Promise<{ readonly move: T; readonly paths: string }>,
    complete: (move: T, point: KillPoint) => Promise<void>,
  ): Promise<number> {
    const first = await make();
    const points = killPoints(await countCalls(places, first.move, first.paths), kills);
    const killed = await inTurns(points, atOnce, async (point) => {
      const { move, paths } = await make();
      const isKilled = await killMove(places, move, paths, point);
      await complete(move, point);
      return isKilled;
    });
    return killed.filter(Boolean).length;
  }

  test("while it backs a store up leaves a whole archive under the name, or nothing", { timeout }, async () => {
    const from = await places.freshUrl("sqlite");
    await using store = await openAt(from, { model: sampleModel });
    await fillSample(store);
    const reference = path.join(await places.freshFolder(), "archive");
    await saveArchive(store, reference);
    const whole = await readFile(reference);
    const make = async () => {
      const folder = await places.freshFolder();
      return { move: { does: "back up", from, file: path.join(folder, "archive") } as const, paths: `${folder}*` };
    };
    figures["killed backups"] += await killEach(make, async ({ file }, point) => {
      const names = await readdir(path.dirname(file));
      const others = names.filter((name) => name !== "archive" && !/^archive\.\w+\.partial$/.test(name));
      expect([point, others]).toEqual([point, []]);
      if (!names.includes("archive")) await saveArchive(store, file);
      expect([point, whole.equals(await readFile(file))]).toEqual([point, true]);
    });
    expect(figures["killed backups"]).toBeGreaterThanOrEqual(kills - 2);
  });

  test.each<Scheme>(["json", "sqlite", "postgres"])(
    "while it restores into a store in %s leaves each tenant as it was or is to be, behind a whole safety copy",
    { timeout },
    async (scheme) => {
      const file = path.join(await places.freshFolder(), "archive");
      const former = path.join(await places.freshFolder(), "former");
      let [wanted, held]: ReadonlyMap<string, string>[] = [new Map(), new Map()];
      {
        await using store = await openAt(await places.freshUrl("sqlite"), { model: sampleModel });
        await fillSample(store);
        await saveArchive(store, file);
        wanted = await bodiesOf(store);
        await goOn(store);
        await saveArchive(store, former);
        held = await bodiesOf(store);
      }
      const formerBytes = await readFile(former);
      const open = (url: string) => openAt(url, { model: sampleModel, keepTombstonesMs: Infinity });
      const make = async () => {
        const to = await places.freshUrl(scheme);
        await using store = await open(to);
        await restoreArchive(store, archiveFile(former));
        // Beside a store in a file, so that its calls count too.
        const folder = scheme === "postgres" ? await places.freshFolder() : path.dirname(to.slice(to.indexOf(":") + 1));
        const safetyCopy = path.join(folder, "before");
        return { move: { does: "restore", to, file, safetyCopy } as const, paths: pathsOf(to) };
      };
      const killed = await killEach(make, async ({ to, safetyCopy }, point) => {
        await using store = await open(to);
        const left = await bodiesOf(store);
        const isAsItWas = (tenant: string): boolean => left.get(tenant) === held.get(tenant);
        const torn = ["default", "other"].filter((each) => !isAsItWas(each) && left.get(each) !== wanted.get(each));
        const kept = await readFile(safetyCopy).catch(() => undefined);
        const isKept = kept?.equals(formerBytes) ?? (isAsItWas("default") && isAsItWas("other"));
        expect([point, torn, isKept]).toEqual([point, [], true]);
        const replace = { safetyCopy: (of: Store) => saveArchive(of, `${safetyCopy}-again`) };
        const { equal } = await restoreArchive(store, archiveFile(file), { replace });
        const { holds } = await store.stats();
        expect([point, equal, holds, (await store.check()).ok]).toEqual([point, true, [], true]);
        expect([point, await bodiesOf(store)]).toEqual([point, wanted]);
      });
      expect(killed).toBeGreaterThanOrEqual(kills - 2);
      figures["killed restores that the next one completed"] += killed;
      expect((await inspectArchive(archiveFile(file))).records).toBeGreaterThan(0);
    },
  );

  afterAll(() =>
    writeEvidence({
      name: "kills-archive",
      title: "Killed backups and restores",
      figures,
      promises: [
        {
          promise: "Under an archive's name stands a whole archive or nothing, whenever its process is killed.",
          test: "tooling/moves/test/archive-kills.test.ts",
          name: "while it backs a store up leaves a whole archive under the name, or nothing",
        },
      ],
    }),
  );
});
