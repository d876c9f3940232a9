// Lets a worker thread of this process hold a transaction, terminates the thread, and goes on with the store itself.
// Argument: the store's URL. Prints what it saw.
import { writeSync } from "node:fs";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { openWork } from "../../src/open-work.ts";

function put(id: string) {
  return { put: { type: "Held", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

async function beWorker(url: string): Promise<void> {
  const store = await openWork(url);
  await store.write([put("before")]);
  await store.transaction(async (session) => {
    await session.write([put("inside")]);
    parentPort?.postMessage("holding");
    await new Promise(() => setInterval(() => undefined, 1_000));
  });
}

async function beMain(url: string): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: url });
  await once(worker, "message");
  await worker.terminate();
  await using store = await openWork(url);
  await store.write([put("behind")]);
  const { records } = await store.find({ type: "Held", omit: "body" });
  writeSync(1, `found ${records.map(({ id }) => id).join(" ")}\n`);
}

const [given = ""] = process.argv.slice(2);
await (isMainThread ? beMain(given) : beWorker(String(workerData)));
