// Side by side in one run: this project's stores, what their raw drivers do by hand, and other libraries. Ratios are what
// counts: the machine's own speed is in all of them.
//   pnpm bench                                     all workloads on all stores
//   pnpm bench w1 w4 --stores sqlite --rounds 3    some of them
//   pnpm bench originals                           the ways of working of the two systems that this one follows
// `pnpm bench --help` names the options.
import { benchOptions, help } from "./bench-options.ts";
import { runBench } from "./run-bench.ts";

const options = benchOptions(process.argv.slice(2));
if (options === undefined) console.log(help);
else await runBench(options);
