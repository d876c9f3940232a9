import { downsample } from "@holdfast/repositories";
import type { Measured } from "@holdfast/repositories";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const series = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.double({ noNaN: true, noDefaultInfinity: true })), {
    maxLength: 300,
  })
  .map((points): readonly Measured[] => points.sort(([one], [other]) => one - other));

function extremes(points: readonly Measured[]): readonly number[] {
  const values = points.map(([, value]) => value);
  return [Math.min(...values), Math.max(...values)];
}

describe("a down-sampled series", () => {
  test("has at most so many points, all of them real ones in their order, the first and the last among them", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 50 }), (points, most) => {
        const shown = downsample(points, most);
        expect(shown.length).toBeLessThanOrEqual(most);
        const places = shown.map((point) => points.indexOf(point));
        expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
        expect(places).not.toContain(-1);
        expect([shown[0], shown.at(-1)]).toEqual([points[0], points.at(-1)]);
      }),
    );
  });

  test("keeps the smallest and the greatest value from 4 points on", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 4, max: 50 }), (points, most) => {
        expect(extremes(downsample(points, most))).toEqual(extremes(points));
      }),
    );
  });

  test("is the series itself where that is not longer", () => {
    fc.assert(
      fc.property(series, (points) => {
        expect(downsample(points, Math.max(2, points.length))).toEqual(points);
      }),
    );
  });

  test("is not changed when it is taken apart again", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 50 }), (points, most) => {
        const shown = downsample(points, most);
        expect(downsample(shown, most)).toEqual(shown);
      }),
    );
  });
});
