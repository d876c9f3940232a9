import { Writable } from "node:stream";

import { expect, test } from "vitest";

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
