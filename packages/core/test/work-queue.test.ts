import { describe, expect, test } from "vitest";
import { WorkQueue } from "@holdfast/core";

describe("the turn of the one writer", () => {
  test("comes to one task after another, in the order they came, failed ones included", async () => {
    const queue = new WorkQueue();
    const order: number[] = [];
    const task = (at: number) => async (): Promise<void> => {
      order.push(at);
      await Promise.resolve();
      order.push(at);
      if (at === 1) throw new Error("failed");
    };
    await Promise.allSettled([1, 2, 3].map((at) => queue.run(task(at))));
    expect(order).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("is given up at once by a task whose signal comes while it waits, and never by one that has started", async () => {
    const queue = new WorkQueue();
    const controller = new AbortController();
    let finish: (value: string) => void = () => undefined;
    const running = queue.run(() => new Promise<string>((resolve) => (finish = resolve)), controller.signal);
    const waiting = queue.run(() => Promise.resolve("ran"), controller.signal);
    await Promise.resolve();
    await Promise.resolve();
    controller.abort(new Error("given up"));
    await expect(waiting).rejects.toThrow("given up");
    finish("done");
    await expect(running).resolves.toBe("done");
    await expect(queue.run(() => Promise.resolve("next"))).resolves.toBe("next");
  });
});
