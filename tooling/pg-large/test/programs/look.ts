// Looks at a store of items in every way there is, and prints what it saw and what it took as one line of JSON.
// Argument: the store's URL.
import { openPostgresStore } from "@holdfast/store-postgres";

import { largeModel } from "../../src/entities.ts";
import { looks } from "../../src/looks.ts";

const [url = ""] = process.argv.slice(2);
const seen: Record<string, number> = {};
const peaks: Record<string, number> = {};
// The tests' server syncs nothing, which a check tells of where a power loss is to be survived.
await using store = await openPostgresStore(url, { model: largeModel, durability: "process-crash" });
const tokens: string[] = [];
for (const [name, look] of Object.entries(looks)) {
  seen[name] = await look(store, tokens);
  peaks[name] = process.resourceUsage().maxRSS * 1_024;
}
process.stdout.write(`${JSON.stringify({ seen, peaks })}\n`);
