import { serverCpu } from "../run/server-cpu.ts";
import type { Sample } from "./workload.ts";

/** How many of these operations are done in a second, and what each costs the processor. */
export async function timed(operations: number, work: () => Promise<unknown>): Promise<Sample> {
  const cpuOf = watchCpu();
  const started = performance.now();
  await work();
  const milliseconds = performance.now() - started;
  return { value: (operations * 1000) / milliseconds, ...cpuOf(operations) };
}

/** What the processors have done from now on, for each of so many operations. */
export function watchCpu(): (operations: number) => Pick<Sample, "cpuMicroseconds" | "serverMicroseconds"> {
  const server = serverCpu();
  const cpu = process.cpuUsage();
  return (operations) => {
    const { user, system } = process.cpuUsage(cpu);
    const serverNow = serverCpu();
    return {
      cpuMicroseconds: (user + system) / operations,
      ...(server !== undefined &&
        serverNow !== undefined && { serverMicroseconds: Math.max(serverNow - server, 0) / operations }),
    };
  };
}
