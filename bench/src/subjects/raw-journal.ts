import { createReadStream, existsSync, fdatasyncSync, writeSync } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nextStatus } from "../document.ts";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { parseBody } from "./row.ts";
import { writeLines } from "./written-file.ts";

interface Kept {
  readonly text: string;
  readonly parentId: string;
  readonly status: string;
  readonly version: number;
  readonly updated: number;
}

type Versioned = BenchDocument & { readonly version: number };

/** The least that keeps documents in a file: one line appended and one fdatasync for each call, all texts in a Map. */
export async function rawJournal({ folder }: Place): Promise<Subject> {
  const file = join(folder, "raw.jsonl");
  const kept = existsSync(file) ? await readBack(file) : new Map<string, Kept>();
  const handle = await open(file, "a");
  let clock = kept.size;
  const append = (lines: string): void => {
    writeSync(handle.fd, lines);
    fdatasyncSync(handle.fd);
  };
  const take = (document: BenchDocument): string => {
    const version = (kept.get(document.id)?.version ?? 0) + 1;
    const line = JSON.stringify({ ...document, version });
    kept.set(document.id, keptOf({ ...document, version }, line, (clock += 1)));
    return `${line}\n`;
  };
  return {
    ...reads(kept),
    save: async (document) => append(take(document)),
    saveMany: async (documents) => append(documents.map(take).join("")),
    async transition(id) {
      const document = parse(required(kept.get(id), id));
      append(take({ ...document, status: nextStatus(document.status) }));
    },
    turns: async (id) => required(kept.get(id), id).version - 1,
    archive: (into) =>
      writeLines(
        into,
        [...kept.values()].map((one) => JSON.stringify(parse(one))),
      ),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The whole file as one value of JSON, parsed at once; the first call makes the file. */
export async function readWhole({ folder }: Place, id: string): Promise<AsyncDisposable> {
  const [lines, file] = [join(folder, "raw.jsonl"), join(folder, "raw.json")];
  if (!existsSync(file)) {
    const texts = (await readFile(lines, "utf8")).trimEnd().split("\n");
    await writeFile(file, `[${texts.join(",")}]`);
  }
  const documents = JSON.parse(await readFile(file, "utf8")) as readonly Versioned[];
  const held = new Map(documents.map((document) => [document.id, document]));
  required(held.get(id), id);
  return { [Symbol.asyncDispose]: async () => held.clear() };
}

/** Without an index: whatever is not found by its id is looked for among all. */
function reads(kept: ReadonlyMap<string, Kept>): Pick<Subject, "get" | "children" | "page" | "count"> {
  return {
    async get(id) {
      const one = kept.get(id);
      return one && parseBody(one.text);
    },
    children: async (parentId) => [...kept.values()].filter((each) => each.parentId === parentId).map(parse),
    async page({ status, limit, after }) {
      const before = after === undefined ? Infinity : Number(after);
      const found = [...kept.values()]
        .filter((each) => each.status === status && each.updated < before)
        .toSorted((one, other) => other.updated - one.updated)
        .slice(0, limit);
      return { documents: found.map(parse), next: found.at(-1)?.updated.toString() };
    },
    count: async () => kept.size,
  };
}

async function readBack(file: string): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  let at = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const document = JSON.parse(line) as Versioned;
    kept.set(document.id, keptOf(document, line, (at += 1)));
  }
  return kept;
}

function keptOf({ parentId, status, version }: Versioned, text: string, updated: number): Kept {
  return { text, parentId, status, version, updated };
}

function parse({ text }: Kept): BenchDocument {
  return JSON.parse(text) as BenchDocument;
}

function required<T>(one: T | undefined, id: string): T {
  if (one === undefined) throw new Error(`there is no ${id}`);
  return one;
}
