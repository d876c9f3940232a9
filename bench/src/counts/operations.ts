import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { repository } from "@holdfast/repositories";
import { documentsOf, idOf, parentOf, statuses } from "../document.ts";
import type { Entity } from "../subject.ts";
import { models, MovingDocument, PlainDocument } from "../subjects/bench-model.ts";
import { countNames, countsOf } from "./counters.ts";
import type { Counts } from "./counters.ts";

const stored = 300;
/** The least of some runs is what the operation itself asks for: what else happens meanwhile only adds to it. */
const runs = 5;

export const operationNames = [
  "save",
  "saveMany of 100",
  "64 saves together",
  "get",
  "getMany of 100",
  "64 gets together",
  "page of 50",
  "children of one",
  "transition",
  "64 transitions of one together",
  "open to the first get",
] as const;
export type OperationName = (typeof operationNames)[number];

type Operations = Readonly<Partial<Record<OperationName, () => Promise<unknown>>>>;

/** What each operation of a repository asks of the layers below. Each URL names an empty place. */
export async function countOperations(
  urls: Readonly<Record<Entity, string>>,
): Promise<ReadonlyMap<OperationName, Counts>> {
  const counted = [
    ...(await countAt(urls.plain, "plain", plain)),
    ...(await countAt(urls.lifecycle, "lifecycle", moving)),
  ];
  if (urls.plain === "memory:") return new Map(counted);
  const opened = await leastOf(() => countsOf(() => openAndGet(urls.plain)));
  return new Map([...counted, ["open to the first get", opened]]);
}

async function countAt(
  url: string,
  entity: Entity,
  operationsOf: (store: Store) => Operations,
): Promise<readonly (readonly [OperationName, Counts])[]> {
  await using store = await openStore(url, { model: models[entity] });
  await repository(entity === "plain" ? PlainDocument : MovingDocument, store).saveMany(
    documentsOf(0, stored, entity === "lifecycle"),
  );
  const counted: (readonly [OperationName, Counts])[] = [];
  const operations = operationsOf(store);
  for (const name of operationNames) {
    const work = operations[name];
    if (work !== undefined) counted.push([name, await leastOf(() => countsOf(work))]);
  }
  return counted;
}

function plain(store: Store): Operations {
  const documents = repository(PlainDocument, store);
  let next = stored;
  const fresh = (count: number) => documentsOf((next += count), count, false);
  const ids = (count: number) => Array.from({ length: count }, (_, at) => idOf(at));
  const orderBy = [{ field: "updatedAt", direction: "desc" }] as const;
  return {
    save: () => Promise.all(fresh(1).map((document) => documents.save(document))),
    "saveMany of 100": () => documents.saveMany(fresh(100)),
    "64 saves together": () => Promise.all(fresh(64).map((document) => documents.save(document))),
    get: () => documents.get(idOf(7)),
    "getMany of 100": () => documents.getMany(ids(100)),
    "64 gets together": () => Promise.all(ids(64).map((id) => documents.get(id))),
    "page of 50": () => documents.find({ where: { status: statuses[1] }, orderBy, limit: 50 }),
    "children of one": () => documents.find({ where: { parentId: parentOf(7) } }),
  };
}

function moving(store: Store): Operations {
  const documents = repository(MovingDocument, store);
  const advance = (id: string) => documents.transition(id, "advance");
  return {
    transition: () => advance(idOf(7)),
    "64 transitions of one together": () => Promise.all(Array.from({ length: 64 }, () => advance(idOf(8)))),
  };
}

async function openAndGet(url: string): Promise<void> {
  await using store = await openStore(url, { model: models.plain });
  if ((await repository(PlainDocument, store).get(idOf(7))) === undefined)
    throw new Error("what was saved is not there");
}

async function leastOf(count: () => Promise<Counts>): Promise<Counts> {
  let least = await count();
  for (let run = 1; run < runs; run++) {
    const next = await count();
    const smaller = countNames.map((name) => [name, Math.min(least[name], next[name])] as const);
    least = Object.fromEntries(smaller) as Counts;
  }
  return least;
}
