/**
 * The application, complete: it opens the store that its first argument names, works one round, and says what it did
 * and what the store holds now. Without an argument the environment chooses the store.
 *
 *     node --conditions=holdfast-source apps/demo/src/application.ts sqlite:./app.db
 */
import { openStore } from "@holdfast/connect";
import { workflowModel } from "@holdfast/repositories";

import { contentsOf } from "./contents.ts";
import { workOneRound } from "./workload.ts";

await using store = await openStore(process.argv[2], { model: workflowModel });
const work = await workOneRound(store);
console.log(JSON.stringify({ ...work, ...(await contentsOf(store)) }));
