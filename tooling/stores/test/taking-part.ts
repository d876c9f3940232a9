// One of several processes that work on one store at the same time. Arguments: the store's URL, its part ("write",
// "follow", "look" or "open"), how it may open the store, how many write, and its name. Says "open" when it is, and then
// "done" or what it met.
import { once } from "node:events";

import { compareText, createStore, HoldfastError } from "@holdfast/core";
import type { OpenOptions, Store, StoredRecord } from "@holdfast/core";
import { backend as json } from "@holdfast/store-json";
import { backend as postgres } from "@holdfast/store-postgres";
import { backend as sqlite } from "@holdfast/store-sqlite";

const [url = "", part = "", given = "write", writers = "1", name = ""] = process.argv.slice(2);
const access = given === "write" ? "write" : "read";
const backend = [json, postgres, sqlite].find((each) => url.startsWith(each.name));
if (backend === undefined) throw new Error("no backend for this URL");
const types = ["Left", "Right"] as const;
const [pairs, writes, looks] = [8, 60, 3];

function open(options: OpenOptions): Promise<Store> {
  return createStore({ backend: backend?.name ?? "", driver: (backend ?? json).driver(url), options });
}

/** Each write changes both of a pair, so nobody ever sees one without the other. */
async function write(store: Store): Promise<void> {
  for (let at = 0; at < writes; at++) {
    const id = `p${at % pairs}`;
    const body = { by: `${name}-${at}` };
    const isDelete = at % 7 === 6;
    await store.write(
      types.map((type) =>
        isDelete
          ? { delete: { type, id }, expect: "any" as const }
          : { put: { type, id, documentVersion: 1, body }, expect: "any" as const },
      ),
    );
  }
  await store.write([{ put: { type: "End", id: name, documentVersion: 1, body: {} }, expect: "any" }]);
}

function judge(records: readonly StoredRecord[]): void {
  const sides = types.map((type) => {
    const own = records.filter((record) => record.type === type);
    return own
      .map(({ id, version, body }) => `${id} ${version} ${JSON.stringify(body)}`)
      .sort(compareText)
      .join();
  });
  if (sides[0] !== sides[1]) throw new Error(`the sides differ: ${sides.join(" and ")}`);
}

async function follow(store: Store): Promise<void> {
  const held = new Map<string, StoredRecord>();
  for await (const { changes, caughtUp } of store.changes(undefined, { follow: true })) {
    for (const change of changes) {
      if (change.kind === "put") held.set(`${change.record.type} ${change.record.id}`, change.record);
      else held.delete(`${change.tombstone.type} ${change.tombstone.id}`);
    }
    if (!caughtUp) continue;
    judge([...held.values()]);
    const ended = [...held.values()].filter(({ type }) => type === "End");
    if (ended.length === Number(writers)) return;
  }
}

/** Backs up and checks, while others write. */
async function look(store: Store): Promise<void> {
  for (let at = 0; at < looks; at++) {
    const lines: string[] = [];
    await store.backup(new WritableStream({ write: (line) => void lines.push(line) }));
    const parsed = lines.join("").trim().split("\n").map(parseLine);
    const records = parsed.flatMap(({ record }) => (record === undefined ? [] : [record]));
    judge(records);
    if (parsed.at(-1)?.records !== records.length) throw new Error("the archive is not whole");
    // What a server of tests is set to is none of this.
    const problems = (await store.check()).problems.filter(({ kind }) => kind !== "settings");
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
  }
}

function parseLine(line: string): { readonly record?: StoredRecord; readonly records?: number } {
  return JSON.parse(line) as { readonly record?: StoredRecord; readonly records?: number };
}

/** Comes and goes; where one process writes, it is refused as a second one and reads beside it. */
async function comeAndGo(): Promise<void> {
  for (let at = 0; at < looks; at++) {
    const refused = access === "write" ? undefined : await open({}).catch((thrown: unknown) => thrown);
    const isRight = access === "write" || HoldfastError.is(refused, "STORE_LOCKED");
    if (!isRight) throw new Error(`a second writer was not refused: ${String(refused)}`);
    await using store = await open({ access });
    await store.transaction(
      async (session) => {
        const pages = [];
        for (const type of types) pages.push(await session.find({ type, limit: 100 }));
        judge(pages.flatMap(({ records }) => records));
      },
      { readOnly: true },
    );
  }
}

async function play(): Promise<void> {
  if (part === "open") return comeAndGo();
  const told = once(process.stdin, "data");
  const released = once(process.stdin, "end");
  await using store = await open({ access });
  console.log("open");
  if (part === "follow") await follow(store);
  if (part === "look") await look(store);
  if (part !== "write") return;
  await told;
  await write(store);
  await released;
}

console.log(
  await play().then(
    () => "done",
    (thrown: unknown) => String(thrown).replaceAll("\n", " "),
  ),
);
process.exit();
