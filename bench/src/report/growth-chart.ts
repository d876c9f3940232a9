import { axisY, dot, gridY, line, text } from "@observablehq/plot";
import { median } from "../judge/median.ts";
import type { Measured, Outcome } from "../run/run-workload.ts";
import type { System } from "../subject.ts";
import { apart } from "./apart.ts";
import { svg } from "./svg.ts";

interface Point {
  readonly system: System;
  readonly stored: number;
  readonly microseconds: number;
}

const height = 420;
const margins = { marginTop: 24, marginBottom: 44 };
const labelHeight = 14;
const decades = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
const steps = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]);

const ours = ["#0b6e4f", "#2f9e8f", "#5aa874"];
const peers = ["#b4513a", "#6b4fa0", "#c98a00", "#3a6ea5", "#c2558e", "#7a7a3a"];

/** What one operation costs over more and more documents, a line for each system. Both axes are logarithmic. */
export function growthChart(measured: readonly Measured[]): string | undefined {
  const rest = measured.flatMap(({ workload, outcomes }) => outcomes.flatMap((one) => pointOf(one, workload.stored)));
  if (rest.length === 0) return undefined;
  const points = [...smallestOf(measured), ...rest].toSorted((one, other) => one.stored - other.stored);
  const colours = coloursOf(points.map(({ system }) => system));
  const colour = ({ system }: Point): string => colours.get(system) ?? "#222222";
  const sizes = [...new Set(points.map(({ stored }) => stored))];
  const times = points.map(({ microseconds }) => microseconds);
  const [least, most] = [Math.min(...times) / 1.5, Math.max(...times) * 1.5];
  const ticks = (most / least > 300 ? decades : steps).filter((tick) => tick >= least && tick <= most);
  const curve = { x: "stored", y: "microseconds" } as const;
  return svg({
    height,
    ...margins,
    marginLeft: 70,
    marginRight: 180,
    x: {
      type: "log",
      label: "documents stored",
      labelOffset: 38,
      tickFormat: (stored: number) => stored.toLocaleString("en"),
      ticks: sizes,
    },
    y: {
      type: "log",
      domain: [least, most],
    },
    marks: [
      gridY(ticks),
      // By texts of our own: a logarithmic axis leaves out some of its formatted ones.
      axisY(ticks, { text: (time: number) => time.toLocaleString("en"), label: "µs for one, median" }),
      line(points, { ...curve, z: ({ system }: Point) => system.name, stroke: colour, strokeWidth: 1.8 }),
      dot(points, { ...curve, fill: colour, r: 3 }),
      text(labelsOf(points, [least, most]), {
        x: () => sizes.at(-1),
        y: "at",
        text: ({ point }: Label) => point.system.name,
        fill: ({ point }: Label) => colour(point),
        dx: 8,
        textAnchor: "start",
      }),
    ],
  });
}

interface Label {
  readonly point: Point;
  /** Where it stands on the axis of times. */
  readonly at: number;
}

/** Each system's name behind its line, or on the height where its line ends earlier, and none over another. */
function labelsOf(points: readonly Point[], [least, most]: readonly [number, number]): readonly Label[] {
  const ends = [...new Map(points.map((point) => [point.system, point] as const)).values()];
  const pixels = height - margins.marginTop - margins.marginBottom;
  const scale = pixels / Math.log(most / least);
  const wanted = ends.map(({ microseconds }) => Math.log(microseconds / least) * scale);
  const places = apart(wanted, { gap: labelHeight, most: pixels });
  return ends.map((point, index) => ({ point, at: least * Math.exp((places[index] ?? 0) / scale) }));
}

function coloursOf(systems: readonly System[]): ReadonlyMap<System, string> {
  const distinct = [...new Set(systems)];
  const ofSide = (side: System["side"]): readonly System[] => distinct.filter((system) => system.side === side);
  const colour = (system: System): string => {
    if (system.side === "limit") return "#222222";
    const own = system.side === "ours" ? ours : peers;
    return own[ofSide(system.side).indexOf(system) % own.length] ?? "#222222";
  };
  return new Map(distinct.map((system) => [system, colour(system)]));
}

/** The smallest number of documents was measured beside each other one; the first of them stands for all. */
function smallestOf([smallest]: readonly Measured[]): readonly Point[] {
  if (smallest === undefined) return [];
  const stored = Number(smallest.workload.beside?.replaceAll(/\D/g, ""));
  return smallest.outcomes.flatMap((outcome) => {
    if (!("samples" in outcome)) return [];
    const times = outcome.samples.flatMap(({ beside }) => (beside === undefined ? [] : [beside]));
    return [{ system: outcome.system, stored, microseconds: median(times) }];
  });
}

function pointOf(outcome: Outcome, stored: number): readonly Point[] {
  if (!("samples" in outcome)) return [];
  const times = outcome.samples.map(({ value }) => value);
  return [{ system: outcome.system, stored, microseconds: median(times) }];
}
