import { dot, ruleX, ruleY, text } from "@observablehq/plot";
import { ratioTo } from "../judge/ratio.ts";
import type { Measured } from "../run/run-workload.ts";
import type { System } from "../subject.ts";
import { formatRatio } from "./format.ts";
import { svg } from "./svg.ts";

/** Powers of ten, and what is around 1. */
const decades = [0.001, 0.01, 0.1, 0.5, 1, 2, 10, 100, 1_000, 10_000];

const colours: Readonly<Record<System["side"], string>> = { ours: "#0b6e4f", limit: "#222222", peer: "#b4513a" };

interface Point {
  readonly name: string;
  readonly ratio: number;
  readonly colour: string;
}

/** How many times better than its store's limit each system was; more is better here, whatever the unit. */
export function ratioChart(measured: readonly Measured[]): string | undefined {
  const points = measured.flatMap(pointsOf);
  if (points.length === 0) return undefined;
  const ratios = points.map(({ ratio }) => ratio);
  const domain: [number, number] = [Math.min(0.5, ...ratios) / 1.3, Math.max(2, ...ratios) * 1.3];
  return svg({
    height: 50 + points.length * 18,
    marginTop: 8,
    x: {
      type: "log",
      grid: true,
      label: "times as good as the raw driver by hand",
      domain,
      tickFormat: (ratio: number) => String(ratio),
      ticks: decades.filter((tick) => tick > domain[0] && tick < domain[1]),
    },
    y: { label: null, domain: points.map(({ name }) => name) },
    marks: [
      ruleX([1], { stroke: "#222222" }),
      ruleY(points, { y: "name", x1: 1, x2: "ratio", stroke: "colour", strokeWidth: 2 }),
      dot(points, { x: "ratio", y: "name", fill: "colour", r: 4 }),
      text(points, {
        x: "ratio",
        y: "name",
        text: ({ ratio }: Point) => formatRatio(ratio),
        dx: 8,
        textAnchor: "start",
      }),
    ],
  });
}

function pointsOf({ workload, outcomes }: Measured): readonly Point[] {
  const limit = outcomes.find(({ system }) => system.side === "limit");
  if (limit === undefined || !("samples" in limit)) return [];
  return outcomes.flatMap((outcome) => {
    if (!("samples" in outcome)) return [];
    const { name, side } = outcome.system;
    const ratio =
      workload.unit === "/s" ? ratioTo(outcome.samples, limit.samples) : ratioTo(limit.samples, outcome.samples);
    return Number.isFinite(ratio) && ratio > 0 ? [{ name, ratio, colour: colours[side] }] : [];
  });
}
