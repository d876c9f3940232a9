import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openStore } from "@holdfast/connect";

/** Places where nobody may make a folder, root included; such file systems answer with other codes than a disk does. */
const places = existsSync("/proc/self") ? ["/proc/holdfast/data", "/proc"] : [];

describe.each(["json", "sqlite"])("a %s store", (scheme) => {
  test.each(places)("in %s, where nothing can be made, is refused at once with its code", async (folder) => {
    await expect(openStore(`${scheme}:${folder}/store`)).rejects.toMatchObject({
      name: "HoldfastError",
      code: "STORE_UNAVAILABLE",
      outcome: "none",
    });
  });

  test("under a path whose folder is a file is refused as a wrong path", async () => {
    await expect(openStore(`${scheme}:${import.meta.filename}/store`)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
    });
  });
});
