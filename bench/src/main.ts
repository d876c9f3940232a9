// Side by side in one run: this project's stores, what their raw drivers do by hand, and other libraries. Ratios are what
// counts: the machine's own speed is in all of them.
//   pnpm bench                                     all workloads on all stores
//   pnpm bench w1 w4 --stores sqlite --rounds 3    some of them
//   pnpm bench originals                           the ways of working of the two systems that this one follows
// `pnpm bench --help` names the options.
import { fileURLToPath } from "node:url";
import { benchOptions, help } from "./bench-options.ts";
import { runBench } from "./run-bench.ts";

// For the processes of the systems, which load the same sources again and again.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../../node_modules/.cache/node-compile", import.meta.url));

const options = benchOptions(process.argv.slice(2));
if (options === undefined) console.log(help);
else await runBench(options);
