// Saves notes in four lanes until SIGTERM or SIGINT makes it close its store, as a service would. Argument: the store's URL.
import { writeSync } from "node:fs";
import { HoldfastError } from "@holdfast/core";

import { openWork } from "../../src/open-work.ts";

const [url = ""] = process.argv.slice(2);
const store = await openWork(url);
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void store.close());

async function lane(name: number): Promise<void> {
  for (let at = 0; ; at++) {
    const put = (id: string) => ({ put: { type: "Held", id, documentVersion: 1, body: {} }, expect: "any" }) as const;
    try {
      await store.transaction(async (session) => {
        await session.write([put(`${name}-${at}-a`)]);
        await session.write([put(`${name}-${at}-b`)]);
      });
    } catch (thrown) {
      if (HoldfastError.is(thrown, "STORE_CLOSED")) return;
      throw thrown;
    }
    writeSync(1, `saved ${name}-${at}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(lane));
await store.close();
