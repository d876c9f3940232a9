import { writeEvidence } from "@holdfast-tooling/evidence";
import { runSize } from "@holdfast-tooling/simulated-fs";
import { afterAll, expect, test } from "vitest";
import { checkPrograms, checkScript } from "./crashes/check-images.ts";
import { scripts } from "./crashes/scripts.ts";

const { images, seed } = runSize();
const count = { images: 0, distinct: 0, points: 0, programs: 0 };
const check = {
  durability: "process-crash",
  file: "crash-images-process-crash.test",
  seed,
  limit: 256,
  count,
} as const;
const wanted = Math.round(images * 0.55);

test.each(scripts)("$name: a kill leaves what was acknowledged, and a power cut a beginning of it", async (script) => {
  expect(await checkScript(script, check)).toBeGreaterThan(100);
});

test(
  "a kill leaves what was acknowledged, and a power cut a beginning of it without a hole, where rounds are not synced",
  { timeout: 36_000_000 },
  async () => {
    await checkPrograms(wanted, check);
    expect(count.images).toBeGreaterThanOrEqual(wanted);
  },
);

afterAll(async () => {
  const name =
    "a kill leaves what was acknowledged, and a power cut a beginning of it without a hole, where rounds are not synced";
  process.stdout.write(`process-crash: ${count.images} images, ${count.distinct} of them distinct, seed ${seed}\n`);
  await writeEvidence({
    name: "crash-images-process-crash",
    title: "Crash images of the JSON store that syncs no rounds",
    figures: { ...count, seed },
    promises: [{ promise: name, test: "packages/store-json/test/crash-images-process-crash.test.ts", name }],
  });
});
