import { describeStore, describeTransaction } from "@holdfast/conformance";
import { afterAll, describe, test } from "vitest";
import { openMemoryStore } from "../src/index.ts";

const runner = { describe, test, afterAll };
const target = { name: "@holdfast/store-memory", open: openMemoryStore };

describeStore(runner, target);
describeTransaction(runner, target);
