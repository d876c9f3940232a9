import { axisX, dot, gridX, ruleX, ruleY, text, tickX } from "@observablehq/plot";
import { goals } from "../judge/goals.ts";
import { ratioTo } from "../judge/ratio.ts";
import { isFor } from "../judge/verdict.ts";
import type { Measured } from "../run/run-workload.ts";
import type { System } from "../subject.ts";
import { formatRatio } from "./format.ts";
import { svg } from "./svg.ts";

const decades = [0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000];
/** Where there are few powers of ten to see. */
const between = [0.2, 0.5, 2, 5, 20, 50];
const rowHeight = 18;
/** Of the width, on each side, for the figures beside the outermost dots. */
const roomForFigures = 0.12;

const colours: Readonly<Record<System["side"], string>> = { ours: "#0b6e4f", limit: "#222222", peer: "#b4513a" };

interface Point {
  readonly name: string;
  readonly ratio: number;
  readonly colour: string;
}

interface Bound {
  readonly name: string;
  readonly ratio: number;
  readonly colour: string;
}

/**
 * How many times better than its store's limit each system was; more is better here, whatever the unit. Each store has
 * its own rows. On the rows of ours that have a goal stand two marks: the floor, and the goal.
 */
export function ratioChart(measured: readonly Measured[]): string | undefined {
  const groups = measured.map(pointsOf).filter((group) => group.length > 0);
  const points = groups.flat();
  if (points.length === 0) return undefined;
  const bounds = measured.flatMap(boundsOf).filter(({ name }) => points.some((point) => point.name === name));
  const ratios = [...points, ...bounds].map(({ ratio }) => ratio);
  const [lowest, highest] = [Math.min(0.5, ...ratios), Math.max(2, ...ratios)];
  const room = (highest / lowest) ** (roomForFigures / (1 - 2 * roomForFigures));
  const [least, most] = [lowest / room, highest * room];
  // An empty row between two stores: a name of spaces, of its own length each time.
  const rows = groups.flatMap((group, at) => [...(at === 0 ? [] : [" ".repeat(at)]), ...group.map(({ name }) => name)]);
  const ticks = most / least > 300 ? decades : [...decades, ...between];
  const shown = ticks.filter((tick) => tick > least && tick < most);
  return svg({
    height: 60 + rows.length * rowHeight,
    marginTop: 8,
    marginBottom: 44,
    x: { type: "log", domain: [least, most] },
    y: { label: null, domain: rows, tickSize: 0 },
    marks: [
      gridX(shown),
      // By texts of our own: a logarithmic axis leaves out some of its formatted ones.
      axisX(shown, { text: String, label: "times as good as the raw driver by hand", labelOffset: 38 }),
      ruleX([1], { stroke: "#222222" }),
      ruleY(points, { y: "name", x1: 1, x2: "ratio", stroke: "colour", strokeWidth: 2 }),
      tickX(bounds, { x: "ratio", y: "name", stroke: "colour", strokeWidth: 2, insetTop: 1, insetBottom: 1 }),
      dot(points, { x: "ratio", y: "name", fill: "colour", r: 4 }),
      figures(
        points.filter(({ ratio }) => ratio >= 1),
        "right",
      ),
      figures(
        points.filter(({ ratio }) => ratio < 1),
        "left",
      ),
    ],
  });
}

/** On the side where the line is not; the ground's colour around them keeps them apart from the marks. */
function figures(points: readonly Point[], side: "left" | "right") {
  return text(points, {
    x: "ratio",
    y: "name",
    text: ({ ratio }: Point) => formatRatio(ratio),
    dx: side === "right" ? 8 : -8,
    textAnchor: side === "right" ? "start" : "end",
    stroke: "white",
    strokeWidth: 3,
    fill: "#222222",
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

/** Of our repositories that sync; where less is better, turned over as the ratios are. */
function boundsOf({ workload, outcomes }: Measured): readonly Bound[] {
  const own = outcomes.find(({ system }) => system.side === "ours" && system.variant === undefined)?.system;
  const goal = goals.find(
    ({ store, ratio, ...rest }) => store === own?.store && ratio === "to the limit" && isFor(rest, workload.key),
  );
  if (own === undefined || goal === undefined) return [];
  const turned = (bound: number): number => (goal.better === "more" ? bound : 1 / bound);
  return [
    { name: own.name, ratio: turned(goal.floor), colour: "#999999" },
    { name: own.name, ratio: turned(goal.goal), colour: "#e0a100" },
  ];
}
