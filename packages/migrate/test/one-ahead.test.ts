import { expect, test } from "vitest";

import { OneAhead } from "../src/one-ahead.ts";

/** Works that end when they are told to, and what they and their caller did, in turn. */
function rehearsal() {
  const said: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const work = (name: string) => async (): Promise<void> => {
    said.push(`${name} begins`);
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    await end.promise;
    said.push(`${name} ends`);
  };
  return {
    said,
    work,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

test("a work begins while the one before it is under way, and no third does", async () => {
  const { said, work, end } = rehearsal();
  const writes = new OneAhead();
  await writes.begin(work("a"));
  const second = writes.begin(work("b")).then(() => said.push("b may be followed"));
  expect(said).toEqual(["a begins", "b begins"]);
  end("a");
  await second;
  expect(said).toEqual(["a begins", "b begins", "a ends", "b may be followed"]);
  end("b");
  await writes.end();
  expect(said.at(-1)).toBe("b ends");
});

test("what a work fails with comes when the next begins, once both are over", async () => {
  const { said, work, end, fail } = rehearsal();
  const writes = new OneAhead();
  await writes.begin(work("a"));
  const second = writes.begin(work("b"));
  fail("a");
  end("b");
  await expect(second).rejects.toThrow("a");
  expect(said).toEqual(["a begins", "b begins", "b ends"]);
});

test("what the last work fails with comes at the end, and nothing is under way behind a disposal", async () => {
  const { said, work, fail } = rehearsal();
  const writes = new OneAhead();
  await writes.begin(work("a"));
  const ended = writes.end();
  const disposed = writes[Symbol.asyncDispose]().then(() => said.push("disposed"));
  expect(said).toEqual(["a begins"]);
  fail("a");
  await expect(ended).rejects.toThrow("a");
  await disposed;
  expect(said).toEqual(["a begins", "disposed"]);
});
