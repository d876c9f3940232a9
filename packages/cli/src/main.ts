#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Before anything grows: what is young stays within some megabytes, where Node.js would take a hundred for it once much
// is copied or compared. All that is done to a store goes a page at a time, so there is never much that is young. And what
// is old is looked through once it has grown by a third, where Node.js would let it grow to several times what is in use.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=30");
const { run } = await import("./run.ts");

process.exitCode = await run(process.argv.slice(2));
