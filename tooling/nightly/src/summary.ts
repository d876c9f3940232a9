import type { Size } from "./part.ts";
import type { PartReport } from "./run-part.ts";

/** A line for each part, and for one that failed the command that does it again. */
export function summary(reports: readonly PartReport[], { scale, seed }: Size): string {
  const lines = reports.map(({ name, passed, reason, seconds }) => {
    const outcome = passed ? "passed" : "FAILED";
    const again = passed ? "" : `  ${reason ?? ""}; again: pnpm nightly ${name} --scale ${scale} --seed ${seed}`;
    return `  ${name.padEnd(12)} ${outcome}  ${seconds.toFixed(1).padStart(8)} s${again}`;
  });
  const failed = reports.filter(({ passed }) => !passed).length;
  return [
    `nightly, scale ${scale}, seed ${seed}:`,
    ...lines,
    `${reports.length - failed} passed, ${failed} failed`,
  ].join("\n");
}
