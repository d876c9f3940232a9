import { anyNames, orderedNames, systemError } from "@holdfast-tooling/simulated-fs";
import type { Disk, Faults, SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { expect, test } from "vitest";
import { Explorer } from "./crashes/explorer.ts";
import { runScript } from "./crashes/run-script.ts";
import { scripts } from "./crashes/scripts.ts";
import { EarlyRemoval, ForgetfulFolders, HastySync, InPlace, LateSync, StubbornSync } from "./crashes/wrong-fs.ts";

/** Explores what each script leaves, until something is wrong. */
async function explored(fsOn: (disk: Disk) => SimulatedFs, faultsOf?: () => Faults): Promise<void> {
  for (const rules of [orderedNames, anyNames]) {
    for (const script of scripts) {
      const options = { durability: "power-loss", rules, fsOn, ...(faultsOf && { faults: faultsOf() }) } as const;
      const { trace, ledger } = await runScript(script, options);
      const { foldBytes } = script;
      const explorer = new Explorer({ durability: "power-loss", foldBytes, seed: 1, limit: 256, again: 0 });
      await explorer.explore(trace, ledger);
    }
  }
}

test.each([
  ["the folder is not synced", ForgetfulFolders],
  ["the file is rewritten in place", InPlace],
  ["a round is acknowledged before its sync", HastySync],
  ["the new file is synced only in its place", LateSync],
  ["journals go before the new file stands", EarlyRemoval],
] as const)("it is found where %s", async (_wrong, Wrong) => {
  await expect(explored((disk) => new Wrong(disk))).rejects.toThrow("after a crash at operation");
});

test("it is found where a failed sync is tried again on the same file", async () => {
  const failsOnce = (): Faults => {
    let syncs = 0;
    return (operation) => (operation === "syncData" && ++syncs === 2 ? systemError("EIO") : undefined);
  };
  await expect(explored((disk) => new StubbornSync(disk), failsOnce)).rejects.toThrow("after a crash at operation");
});
