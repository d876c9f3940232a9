import { writeEvidence } from "@holdfast-tooling/evidence";
import { runSize } from "@holdfast-tooling/simulated-fs";
import { afterAll, expect, test } from "vitest";
import { checkPrograms, checkScript } from "./crashes/check-images.ts";
import { scripts } from "./crashes/scripts.ts";

const { images, seed } = runSize();
const count = { images: 0, distinct: 0, points: 0, programs: 0 };
const check = { durability: "power-loss", file: "crash-images.test", seed, limit: 4096, count } as const;
const wanted = Math.round(images * 0.45);

test.each(scripts)("$name: a power cut or a kill at any operation leaves what was acknowledged", async (script) => {
  expect(await checkScript(script, check)).toBeGreaterThan(100);
});

test(
  "a power cut or a kill at any operation leaves what was acknowledged, and of the rest all or nothing",
  { timeout: 36_000_000 },
  async () => {
    await checkPrograms(wanted, check);
    expect(count.images).toBeGreaterThanOrEqual(wanted);
  },
);

afterAll(async () => {
  const name = "a power cut or a kill at any operation leaves what was acknowledged, and of the rest all or nothing";
  process.stdout.write(`power-loss: ${count.images} images, ${count.distinct} of them distinct, seed ${seed}\n`);
  await writeEvidence({
    name: "crash-images",
    title: "Crash images of the JSON store",
    figures: { ...count, seed },
    promises: [{ promise: name, test: "packages/store-json/test/crash-images.test.ts", name }],
  });
});
