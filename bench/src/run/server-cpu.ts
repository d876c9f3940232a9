import { readdirSync, readFileSync } from "node:fs";

/** The name of the variable that tells a measured process the number of its server's first process. */
export const serverVariable = "HOLDFAST_BENCH_SERVER";

const nanosecondsOfMicrosecond = 1_000;

/**
 * Microseconds of processor time that the server's processes have had, by the kernel's own account (Linux only; undefined
 * elsewhere, and without a server). What ended meanwhile is not in it: the connections of a pool stay.
 */
export function serverCpu(): number | undefined {
  const server = process.env[serverVariable];
  if (server === undefined || process.platform !== "linux") return undefined;
  try {
    const processes = [server, ...childrenOf(server)];
    return processes.reduce((sum, each) => sum + ranNanoseconds(each), 0) / nanosecondsOfMicrosecond;
  } catch {
    return undefined;
  }
}

/** All processes of a server are children of its first one. */
function childrenOf(server: string): readonly string[] {
  return readdirSync(`/proc/${server}/task`).flatMap((thread) =>
    readFileSync(`/proc/${server}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
}

/** One that has just ended counts for nothing. */
function ranNanoseconds(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
}
