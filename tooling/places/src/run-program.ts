import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What a program did with a store, as it printed it. */
export interface Told {
  /** The ids that were acknowledged. */
  readonly ids: readonly string[];
  /** The ids that the store held in the end. */
  readonly found: readonly string[];
  /** The first thing that failed. */
  readonly error?: {
    readonly code: string;
    readonly retryable: boolean;
    readonly outcome: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
  /** How many files were open before and after. */
  readonly descriptors?: readonly [number, number];
}

/** What a program is to do. */
export interface Work {
  readonly does: "write" | "open with few descriptors" | "open and close often";
  readonly url: string;
  readonly access?: "read" | "write";
  /** How many notes, or times. */
  readonly count?: number;
  /** Of a note. */
  readonly bytes?: number;
  /** A user and group to become before the store is opened. */
  readonly becomes?: number;
}

const program = join(import.meta.dirname, "../test/programs/use-store.ts");
const hungMs = 60_000;

/** Runs the program of the tests under limits, which are options of bash's `ulimit`. What does not end is a failure. */
export async function runProgram(work: Work, limits: readonly string[] = []): Promise<Told> {
  const given = [process.execPath, "--conditions=holdfast-source", "--no-warnings", program, JSON.stringify(work)];
  const script = [...limits.map((limit) => `ulimit ${limit}`), 'exec "$@"'].join(" && ");
  const ended = new Promise<string>((resolve, reject) => {
    execFile(
      "bash",
      ["-c", script, "bash", ...given],
      { timeout: hungMs, killSignal: "SIGKILL" },
      (error, out, err) => {
        if (error === null) resolve(out);
        else reject(new Error(`the program ended with ${error.signal ?? error.code}: ${err}`, { cause: error }));
      },
    );
  });
  return JSON.parse(await ended) as Told;
}

/** A call that must not hang: `"hangs"` where it does. */
export async function within<T>(call: Promise<T>): Promise<T | "hangs"> {
  const end = new AbortController();
  try {
    return await Promise.race([call, delay(hungMs, "hangs" as const, { signal: end.signal })]);
  } finally {
    end.abort();
  }
}
