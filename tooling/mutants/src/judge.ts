import type { Finder, Mutant } from "./mutant.ts";
import { runTests } from "./run-tests.ts";
import type { TestRun } from "./run-tests.ts";
import { WorkingCopy } from "./working-copy.ts";

export interface Verdict {
  readonly mutant: Mutant;
  readonly outcome: "found" | "survived" | "outdated" | "broken";
  /** The first test that found it, or why there is none. */
  readonly because: string;
  readonly seconds: number;
}

/** Told of each verdict as it comes. */
export type OnVerdict = (verdict: Verdict) => void;

/**
 * Runs the tests of all mutants once without any, where each must pass; then each mutant's own tests with it in place,
 * one of which must fail.
 */
export async function judge(
  repository: string,
  mutants: readonly Mutant[],
  onVerdict: OnVerdict = () => undefined,
): Promise<readonly Verdict[]> {
  await using copy = await WorkingCopy.of(repository);
  const sound = await runSound(copy.root, mutants);
  const verdicts: Verdict[] = [];
  for (const mutant of mutants) {
    const verdict = await judgeOne(copy, mutant, sound);
    verdicts.push(verdict);
    onVerdict(verdict);
  }
  return verdicts;
}

/** By project, so that a broken one leaves the others alone. */
async function runSound(root: string, mutants: readonly Mutant[]): Promise<ReadonlyMap<string, TestRun>> {
  const runs = new Map<string, TestRun>();
  const finders = Map.groupBy(
    mutants.map(({ finder }) => finder),
    ({ project }) => project,
  );
  for (const [project, own] of finders) runs.set(project, await runTests(root, own));
  return runs;
}

async function judgeOne(copy: WorkingCopy, mutant: Mutant, sound: ReadonlyMap<string, TestRun>): Promise<Verdict> {
  const started = performance.now();
  const told = (outcome: Verdict["outcome"], because: string): Verdict => {
    return { mutant, outcome, because, seconds: (performance.now() - started) / 1_000 };
  };
  const { finder } = mutant;
  const reason = unfitReason(finder, sound.get(finder.project));
  if (reason !== undefined) return told("broken", reason);
  try {
    const run = await copy.with(mutant, () => runTests(copy.root, [finder], true));
    const [first] = run.failed;
    if (first !== undefined) return told("found", first);
    return run.broken === undefined ? told("survived", `${run.passed.length} tests pass`) : told("broken", run.broken);
  } catch (thrown) {
    return told("outdated", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Why a test cannot tell anything, being red or missing without the mutant. */
function unfitReason({ pattern }: Finder, run: TestRun | undefined): string | undefined {
  const isOwn = (name: string): boolean => new RegExp(pattern).test(name);
  const red = run?.failed.find(isOwn);
  if (red !== undefined) return `fails without the mutant: ${red}`;
  if (run?.passed.some(isOwn) === true) return undefined;
  return run?.broken ?? `no test is called /${pattern}/`;
}
