import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openStore } from "@holdfast/connect";
import { HoldfastError } from "@holdfast/core";

import { idsOf, put } from "../../src/notes.ts";
import type { Told, Work } from "../../src/run-program.ts";

const work = JSON.parse(process.argv[2] ?? "{}") as Work;
const { url, access = "write", count = 1, bytes = 10, becomes } = work;

/** Whatever is loaded on the way is loaded while it may still be read. */
const folder = mkdtempSync(join(tmpdir(), "holdfast-loading-"));
for (const each of ["sqlite::memory:", `json:${folder}/any.json`]) await (await openStore(each)).close();
rmSync(folder, { recursive: true });
if (becomes !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(becomes);
  process.setuid?.(becomes);
}

const told = await doWork();
process.stdout.write(JSON.stringify(told));

async function doWork(): Promise<Told> {
  switch (work.does) {
    case "write":
      return write();
    case "open with few descriptors":
      return openWithFew();
    case "open and close often":
      return openOften();
    default:
      return work.does satisfies never;
  }
}

async function write(): Promise<Told> {
  const ids: string[] = [];
  let found: readonly string[] = [];
  try {
    await using store = await openStore(url, { access });
    try {
      for (let at = 0; at < count; at++) {
        const id = `n${String(at).padStart(5, "0")}`;
        await put(store, id, bytes);
        ids.push(id);
      }
    } finally {
      found = await idsOf(store);
    }
    return { ids, found };
  } catch (thrown) {
    return { ids, found, error: plain(thrown) };
  }
}

/** Leaves fewer and fewer files to be opened, until the store opens no more; then lets go of all, and opens it. */
async function openWithFew(): Promise<Told> {
  const held: number[] = [];
  let error: Told["error"];
  for (;;) {
    try {
      held.push(openSync("/dev/null", "r"));
    } catch {
      break;
    }
  }
  for (let free = 0; free < count; free++) {
    try {
      await (await openStore(url)).close();
    } catch (thrown) {
      error = plain(thrown);
      if (error.code !== "STORE_BUSY" || !error.retryable) return { ids: [], found: [], error };
    }
    const last = held.pop();
    if (last !== undefined) closeSync(last);
  }
  for (const each of held) closeSync(each);
  await using store = await openStore(url);
  await put(store, "n00000");
  return { ids: ["n00000"], found: await idsOf(store), ...(error === undefined ? {} : { error }) };
}

async function openOften(): Promise<Told> {
  const open = (): number => readdirSync("/proc/self/fd").length;
  await (await openStore(url)).close();
  const before = open();
  for (let at = 0; at < count; at++) await (await openStore(url)).close();
  return { ids: [], found: [], descriptors: [before, open()] };
}

function plain(thrown: unknown): NonNullable<Told["error"]> {
  if (!HoldfastError.is(thrown)) throw thrown;
  const { code, retryable, outcome, message, details } = thrown;
  return { code, retryable, outcome, message, details };
}
