import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { Deadline } from "../src/store/deadline.ts";
import { Turnstile } from "../src/store/turnstile.ts";

/** A task that says when it begins, and ends when it is told to. */
function task(log: string[], name: string): { run: () => Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = (): Promise<string> => {
    log.push(`${name} began`);
    return promise.finally(() => log.push(`${name} ended`));
  };
  return { run, end: () => resolve(name) };
}

test("lets first tries through side by side", async () => {
  const [turnstile, log] = [new Turnstile(), [] as string[]];
  const [one, two] = [task(log, "one"), task(log, "two")];
  const both = [turnstile.pass(1, one.run), turnstile.pass(2, two.run)];
  two.end();
  one.end();
  expect(await Promise.all(both)).toEqual(["one", "two"]);
  expect(log).toEqual(["one began", "two began", "two ended", "one ended"]);
});

test("lets a third try go alone: after those inside, before those that come later", async () => {
  const [turnstile, log] = [new Turnstile(), [] as string[]];
  const [inside, lone, later] = [task(log, "inside"), task(log, "lone"), task(log, "later")];
  const all = [turnstile.pass(1, inside.run), turnstile.pass(3, lone.run)];
  await setImmediate();
  all.push(turnstile.pass(1, later.run));
  for (const each of [later, lone, inside]) each.end();
  await Promise.all(all);
  expect(log).toEqual(["inside began", "inside ended", "lone began", "lone ended", "later began", "later ended"]);
});

test("lets others in again when a lone task has failed", async () => {
  const turnstile = new Turnstile();
  await expect(turnstile.pass(3, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await turnstile.pass(1, () => Promise.resolve("in"))).toBe("in");
});

test("ends a wait at its deadline, before the lone task and behind it, and goes on", async () => {
  const [turnstile, log] = [new Turnstile(), [] as string[]];
  const inside = task(log, "inside");
  const first = turnstile.pass(1, inside.run);
  const given = new AbortController();
  using deadline = new Deadline({ signals: [given.signal] });
  const alone = turnstile.pass(3, () => Promise.resolve("never"), deadline);
  await setImmediate();
  const behind = turnstile.pass(1, () => Promise.resolve("never"), deadline);
  given.abort();
  await expect(alone).rejects.toMatchObject({ code: "ABORTED" });
  await expect(behind).rejects.toMatchObject({ code: "ABORTED" });
  expect(await turnstile.pass(1, () => Promise.resolve("in"))).toBe("in");
  inside.end();
  expect(await first).toBe("inside");
});
