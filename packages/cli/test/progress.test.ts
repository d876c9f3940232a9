import { Writable } from "node:stream";

import { expect, test } from "vitest";

import { progressText, timeText } from "../src/progress-text.ts";
import { showProgress } from "../src/progress.ts";

class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns = 100;
  text = "";

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }

  cursorTo(): boolean {
    return true;
  }
}

test("a terminal gets a bar, which is gone at the end", () => {
  const screen = new Screen(true);
  const progress = showProgress(screen);
  progress.update(10, 100);
  progress.update(100, 100);
  progress.stop();
  expect(screen.text).toContain("10 of 100 records");
  expect(screen.text).toContain("█");
});

test("anything else gets a line at each tenth at most", () => {
  const screen = new Screen(false);
  const progress = showProgress(screen);
  for (let copied = 1; copied <= 1000; copied++) progress.update(copied, 1000);
  progress.stop();
  expect(screen.text.split("\n").filter((line) => line !== "")).toHaveLength(10);
  expect(screen.text).toContain("copied 1000 of 1000 records\n");
});

test("on request it is JSON lines, with the rate and the time that is left, or nothing", () => {
  const screen = new Screen(true);
  const progress = showProgress(screen, "copied", "jsonl");
  progress.update(10, 100);
  progress.update(100, 100);
  progress.stop();
  const lines = screen.text.trimEnd().split("\n");
  const told = lines.map((line) => JSON.parse(line) as { progress: Record<string, unknown> });
  expect(told).toMatchObject([
    { progress: { what: "copied", records: 10, total: 100 } },
    { progress: { records: 100, secondsLeft: 0 } },
  ]);
  expect(typeof told[0]?.progress["perSecond"]).toBe("number");
  const silent = new Screen(true);
  showProgress(silent, "copied", "none").update(1, 2);
  expect(silent.text).toBe("");
});

test.each([
  [120, "copied ████████████████████░░░░░░░░░░░░░░░░░░░░ 50 % | 500 of 1000 records | 250 a second | 2 s left"],
  [80, "copied █████████░░░░░░░░░░ 50 % | 500 of 1000 records | 250 a second | 2 s left"],
  [50, "copied █████████████░░░░░░░░░░░░░ 50 % | 2 s left"],
  [24, "copied █████░░░░░░ 50 %"],
  [12, "50 %"],
  [3, "50 "],
])("in %d columns the bar is a line that fits", (columns, line) => {
  const figures = { done: "copied", value: 500, total: 1000, perSecond: 250, secondsLeft: 2 };
  const text = progressText(figures, columns);
  expect(text.length).toBeLessThanOrEqual(columns);
  expect(text).toBe(line);
});

test("the time that is left is told in the two units that matter", () => {
  expect([undefined, 7, 125, 3_840].map(timeText)).toEqual(["?", "7 s", "2 min 05 s", "1 h 04 min"]);
});
