import { eventLoopTurn, type Layout, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { copy, parseArchiveKey, plan, restoreArchive, storeHash, verify } from "../src/index.ts";
import { archiveOf, failureOf, sourceOf } from "./archive-support.ts";
import { model, newRecord } from "./sample-model.ts";

const targets = storesUnderTest();
const key = parseArchiveKey("0123456789abcdef".repeat(4));

interface Stores {
  /** Holds a mission and its tasks. */
  readonly from: Store;
  /** Empty, until the step is prepared. */
  readonly to: Store;
}

interface WrongStep {
  readonly name: string;
  /** The target's. @default the source's */
  readonly layout?: Layout;
  readonly prepare?: (stores: Stores) => Promise<unknown>;
  readonly step: (stores: Stores) => Promise<unknown>;
  readonly code: string;
  readonly message: RegExp;
}

/** The model without its tasks, and with a title that is a number. */
const [tasks, missions] = model.layout.types;
const missionsOnly: Layout = { types: missions === undefined ? [] : [missions] };
const numbered: Layout = {
  types: missions === undefined ? [] : [{ ...missions, fields: [{ name: "title", kind: "number" }] }],
};

async function fill(store: Store): Promise<void> {
  const records = [
    newRecord("Mission", "m1", { title: "turn 3" }),
    ...Array.from({ length: 20 }, (_, at) => newRecord("ATask", `t${at}`, { title: `t ${at}`, missionId: "m1" })),
  ];
  await store.write(records.map((put) => ({ put, expect: "absent" })));
}

/** Two stores that are filled within one tick of the clock hold the very same records. */
async function clockPast(from: Store, to: Store): Promise<void> {
  const { records } = await from.find({
    type: "ATask",
    orderBy: [{ field: "updatedAt", direction: "desc" }],
    limit: 1,
  });
  const last = records[0]?.updated ?? 0;
  while ((await to.now()) <= last + 1_000) await eventLoopTurn();
}

async function putNote(store: Store, id: string): Promise<void> {
  await store.write([{ put: newRecord("Note", id, { text: "of its own" }), expect: "any" }]);
}

async function restore({ from, to }: Stores, change: (archive: Buffer) => Buffer, encrypted = false): Promise<unknown> {
  const archive = change(await archiveOf(from, encrypted ? { key } : {}));
  return restoreArchive(to, sourceOf(archive));
}

const wrongSteps: readonly WrongStep[] = [
  {
    name: "a copy into a store with a record of its own",
    prepare: ({ to }) => putNote(to, "mine"),
    step: ({ from, to }) => copy(from, to),
    code: "CONFLICT",
    message:
      /the target is not empty, and Note "mine" in it .* does not come from the source: copy into an empty store/,
  },
  {
    name: "a copy into the copy of another store, whose records have the same ids",
    prepare: async ({ from, to }) => {
      await clockPast(from, to);
      await fill(to);
    },
    step: ({ from, to }) => copy(from, to),
    code: "CONFLICT",
    message: /does not come from the source: copy into an empty store/,
  },
  {
    name: "a copy into a copy that has gone on",
    prepare: async ({ from, to }) => {
      await copy(from, to);
      await to.write([{ put: newRecord("Mission", "m1", { title: "went on" }), expect: "present" }]);
    },
    step: ({ from, to }) => copy(from, to),
    code: "CONFLICT",
    message: /Mission "m1" in it .* does not come from the source: copy into an empty store/,
  },
  {
    name: "a copy of a store into itself",
    step: ({ from }) => copy(from, from.tenant("elsewhere")),
    code: "INVALID_CONFIG",
    message: /the source and the target are the same store: name another one as the target/,
  },
  {
    name: "a plan of a copy of a store into itself",
    step: ({ to }) => plan(to, to.within({ timeoutMs: 60_000 })),
    code: "INVALID_CONFIG",
    message: /the same store: name another one as the target/,
  },
  {
    name: "a copy into a store that was opened without the source's model",
    layout: { types: [] },
    step: ({ from, to }) => copy(from, to),
    code: "INVALID_MODEL",
    message: /the source is of another model: it declares something of "ATask" .* Open it with the source's layout/,
  },
  {
    name: "a copy into a store whose model lacks a type of the source's",
    layout: missionsOnly,
    step: ({ from, to }) => copy(from, to, { quarantine: () => Promise.resolve() }),
    code: "INVALID_MODEL",
    message: /declares something of "ATask" that the store to be written does not\. Open it with the source's layout/,
  },
  {
    name: "a copy into a store whose model contradicts the source's",
    layout: { types: [...(tasks === undefined ? [] : [tasks]), ...numbered.types] },
    step: ({ from, to }) => copy(from, to),
    code: "INVALID_MODEL",
    message: /field "title" of "Mission" is declared as string, .* as number\. Take an empty store/,
  },
  {
    name: "a copy from a store that is closed",
    step: async ({ from, to }) => {
      await from.close();
      await copy(from, to);
    },
    code: "STORE_CLOSED",
    message: /closed/,
  },
  {
    name: "a comparison with a store that is closed",
    step: async ({ from, to }) => {
      await to.close();
      await verify(from, to);
    },
    code: "STORE_CLOSED",
    message: /closed/,
  },
  {
    name: "a restore over other contents that nobody has confirmed",
    prepare: ({ to }) => putNote(to, "mine"),
    step: (stores) => restore(stores, (archive) => archive),
    code: "CONFLICT",
    message: /restore into an empty store, or say that the contents are to be replaced/,
  },
  {
    name: "a restore of an archive that was cut off",
    step: (stores) => restore(stores, (archive) => archive.subarray(0, archive.byteLength - 20)),
    code: "STORE_CORRUPT",
    message: /the archive is not whole, line \d+: .* Nothing of it was taken; use another copy/,
  },
  {
    name: "a restore of an archive of which a byte was altered",
    step: (stores) => restore(stores, (archive) => Buffer.from(archive.toString().replace("turn 3", "turn 4"))),
    code: "STORE_CORRUPT",
    message: /the archive is not whole.* Nothing of it was taken; use another copy/,
  },
  {
    name: "a restore of an encrypted archive without its key",
    step: (stores) => restore(stores, (archive) => archive, true),
    code: "INVALID_CONFIG",
    message: /key/,
  },
  {
    name: "a restore of an encrypted archive with another key",
    step: async ({ from, to }) =>
      restoreArchive(to, sourceOf(await archiveOf(from, { key })), { key: parseArchiveKey("f".repeat(64)) }),
    code: "INVALID_CONFIG",
    message: /another key/,
  },
  {
    name: "a restore into a store whose model lacks a type of the archive's",
    layout: missionsOnly,
    step: (stores) => restore(stores, (archive) => archive),
    code: "INVALID_MODEL",
    message: /the archive is of another model: .* Open it with the archive's layout as its model/,
  },
];

describe.each(targets)("in $name", (target) => {
  /** The same data in an open store: another opening where it outlives being closed. */
  async function reopened(store: Store): Promise<Store> {
    if (target.reopen === undefined) return store;
    await store.close();
    return target.reopen(store, { model: { layout: store.layout } });
  }

  for (const { name, layout = model.layout, prepare, step, code, message } of wrongSteps) {
    test(`${name} ends in ${code}, which says what to do, and both stores are as they were and go on`, async () => {
      const from = await target.open({ model });
      const to = await target.open({ model: { layout } });
      await fill(from);
      await prepare?.({ from, to });
      const before = [await storeHash(from), await storeHash(to)];
      const error = await failureOf(step({ from, to }));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
      for (const [at, store] of [from, to].entries()) {
        if (target.reopen === undefined && code === "STORE_CLOSED") continue;
        await using again = await reopened(store);
        expect([await storeHash(again), (await again.stats()).holds]).toEqual([before[at], []]);
        await putNote(again, "goes on");
        expect((await again.get("Note", ["goes on"]))[0]?.body).toEqual({ text: "of its own" });
      }
    });
  }

  test.each(["source", "target"] as const)(
    "a copy whose %s is closed on the way says so, and the next one completes it",
    async (which) => {
      if (target.reopen === undefined) return;
      const stores = { source: await target.open({ model }), target: await target.open({ model }) };
      await fill(stores.source);
      let closing: Promise<void> | undefined;
      const onProgress = ({ copied }: { copied: number }): void => {
        if (copied >= 10) closing ??= stores[which].close();
      };
      const error = await failureOf(copy(stores.source, stores.target, { batch: 5, onProgress }));
      expect(error.code).toBe("STORE_CLOSED");
      await closing;
      await using from = await reopened(stores.source);
      await using to = await reopened(stores.target);
      expect(await copy(from, to, { batch: 5 })).toMatchObject({ equal: true });
      expect((await to.stats()).holds).toEqual([]);
    },
  );

  test("a store that was opened to be read is no target, and says so", async () => {
    await using from = await target.open({ model });
    await fill(from);
    if (target.reopen === undefined) return;
    const made = await target.open({ model });
    await made.close();
    await using to = await target.reopen(made, { access: "read" });
    expect((await failureOf(copy(from, to))).code).toBe("STORE_READ_ONLY");
    await to.close();
    await using again = await target.reopen(made, { model });
    expect(await copy(from, again)).toMatchObject({ equal: true });
  });
});
