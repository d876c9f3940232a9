/** The command that does a test again just as it was, for the message of one that failed. */
export function replayCommand(environment: Readonly<Record<string, string | number>>, test: ReplayedTest): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [...variables, `pnpm exec vitest run --project ${test.project} ${test.file}`].join(" ");
}

export interface ReplayedTest {
  readonly project: string;
  /** A part of the test file's path. */
  readonly file: string;
}
