import { describeStore } from "@holdfast/conformance";
import type { StoreTarget } from "@holdfast/conformance";

/** What each behaviour of a theme came to: undefined where it was kept, else the failure. */
export type ThemeReport = ReadonlyMap<string, unknown>;

/** Runs one theme of the suite without a test runner. */
export async function runTheme(theme: string, target: StoreTarget): Promise<ThemeReport> {
  const tests: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  const endings: (() => Promise<void>)[] = [];
  let isAsked = false;
  describeStore(
    {
      describe(name, suite) {
        const before = isAsked;
        isAsked ||= name === theme;
        suite();
        isAsked = before;
      },
      test(name, run) {
        if (isAsked) tests.push({ name, run });
      },
      afterAll(run) {
        if (isAsked) endings.push(run);
      },
    },
    target,
  );
  if (tests.length === 0) throw new Error(`the suite has no theme "${theme}"`);
  const report = new Map<string, unknown>();
  for (const { name, run } of tests) {
    const [settled] = await Promise.allSettled([run()]);
    report.set(name, settled?.status === "rejected" ? settled.reason : undefined);
  }
  for (const end of endings) await end();
  return report;
}
