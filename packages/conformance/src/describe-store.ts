import type { OpenOptions } from "@holdfast/core";

import type { Bench, Theme } from "./behaviour.ts";
import { checkClaims } from "./check-claims.ts";
import type { TestRunner } from "./runner.ts";
import { reasonToSkip, registerSkip } from "./skips.ts";
import type { StoreTarget } from "./store-target.ts";
import { suiteLayout } from "./suite-layout.ts";
import { themes } from "./themes.ts";
import { withSharedStore } from "./with-shared-store.ts";

/**
 * Registers a test for each promise of the store contract that any backend must keep. What a backend does not claim
 * (data that outlives the store, two stores on one place) stays on the list, with the reason in the test's name; the
 * first test fails where a claim is not what the store's guarantees say.
 */
export function describeStore(runner: TestRunner, target: StoreTarget): void {
  runner.describe(`the store contract, kept by ${target.name}`, () => {
    runner.test("guarantees what is claimed of it, no more and no less", async () => {
      await using store = await openerOf(target).open();
      checkClaims(target, store.guarantees);
    });
    for (const theme of themes) runner.describe(theme.name, () => describeTheme(runner, target, theme));
  });
}

function describeTheme(runner: TestRunner, target: StoreTarget, theme: Theme): void {
  const opener = openerOf(target);
  withSharedStore(runner, opener.open, (shared) => {
    for (const [at, behaviour] of theme.behaviours.entries()) {
      const reason = reasonToSkip(behaviour, target);
      if (reason !== undefined) {
        registerSkip(runner, behaviour, reason);
        continue;
      }
      runner.test(behaviour.name, async () => {
        const store = await shared();
        await behaviour.run({ ...opener, store: store.tenant(`tenant-${at}`) });
      });
    }
  });
}

function openerOf(target: StoreTarget): Pick<Bench, "open" | "reopen"> {
  const withModel = (options: OpenOptions | undefined): OpenOptions => ({ model: { layout: suiteLayout }, ...options });
  return {
    open: async (options) => target.open(withModel(options)),
    reopen: async (earlier, options) => {
      if (target.reopen === undefined) throw new Error(`${target.name} does not claim to open a place again`);
      return target.reopen(earlier, withModel(options));
    },
  };
}
