import { dot, line, text } from "@observablehq/plot";
import { median } from "../judge/median.ts";
import type { Measured, Outcome } from "../run/run-workload.ts";
import { svg } from "./svg.ts";

interface Point {
  readonly name: string;
  readonly stored: number;
  readonly microseconds: number;
}

const decades = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/** What one operation costs over more and more documents, a line for each system. Both axes are logarithmic. */
export function growthChart(measured: readonly Measured[]): string | undefined {
  const first = smallestOf(measured);
  const rest = measured.flatMap(({ workload, outcomes }) => outcomes.flatMap((one) => pointOf(one, workload.stored)));
  const points = [...first, ...rest];
  if (rest.length === 0) return undefined;
  const sizes = [...new Set(points.map(({ stored }) => stored))].toSorted((one, other) => one - other);
  const times = points.map(({ microseconds }) => microseconds);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return svg({
    height: 420,
    marginLeft: 60,
    marginRight: 190,
    marginTop: 20,
    x: {
      type: "log",
      label: "documents stored",
      tickFormat: (stored: number) => stored.toLocaleString("en"),
      ticks: sizes,
    },
    y: {
      type: "log",
      grid: true,
      label: "µs, median",
      tickFormat: (time: number) => time.toLocaleString("en"),
      ticks: decades.filter((tick) => tick >= least / 1.5 && tick <= most * 1.5),
      domain: [least / 1.5, most * 1.5],
    },
    marks: [
      line(points, { x: "stored", y: "microseconds", z: "name", stroke: "name" }),
      dot(points, { x: "stored", y: "microseconds", fill: "name", r: 3 }),
      text(
        points.filter(({ stored }) => stored === sizes.at(-1)),
        { x: "stored", y: "microseconds", text: "name", dx: 8, textAnchor: "start" },
      ),
    ],
  });
}

/** The smallest number of documents was measured beside each other one; the first of them stands for all. */
function smallestOf([smallest]: readonly Measured[]): readonly Point[] {
  if (smallest === undefined) return [];
  const stored = Number(smallest.workload.beside?.replaceAll(/\D/g, ""));
  return smallest.outcomes.flatMap((outcome) => {
    if (!("samples" in outcome)) return [];
    const times = outcome.samples.flatMap(({ beside }) => (beside === undefined ? [] : [beside]));
    return [{ name: outcome.system.name, stored, microseconds: median(times) }];
  });
}

function pointOf(outcome: Outcome, stored: number): readonly Point[] {
  if (!("samples" in outcome)) return [];
  const times = outcome.samples.map(({ value }) => value);
  return [{ name: outcome.system.name, stored, microseconds: median(times) }];
}
