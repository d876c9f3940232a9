import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const home = "packages/repositories/src/orchestrator";
const testOf = (file: string, name: string) => own("@holdfast/repositories", `orchestrator/${file}`, name);

/** Of the state of an orchestrator: runs, items, telemetry. */
export const orchestratorMutants: readonly Mutant[] = [
  {
    name: "item-moves-in-silence",
    breaks: "an item of another run is refused, unless the caller says what becomes of it",
    file: `${home}/settle-item.ts`,
    find: "      throw elsewhere(item, stored);",
    replace: "      return item;",
    finder: testOf("intel-items", "an item of another run is refused, moved or kept there, as is asked for"),
  },
  {
    name: "item-taken-unseen",
    breaks: "of items upserted side by side under one id none is taken from another run unseen",
    file: `${home}/upsert-intel-items.ts`,
    find: 'expect: stored?.version ?? "absent"',
    replace: 'expect: "any"',
    finder: testOf("state-transactions", "items that are upserted side by side under one id end as one of them"),
  },
  {
    name: "list-of-two-moments",
    breaks: "a long list is as of one moment",
    file: `${home}/list-all.ts`,
    find: "for await (const one of repository(entity, snapshot).each({ ...selection, limit })) all.push(one);",
    replace: `all.push(...page.items);
      const rest = await repository(entity, snapshot).find({ ...selection, limit: 10_000, after: page.next });
      all.push(...rest.items);`,
    finder: testOf("intel-items", "a long list is as of one moment, whatever is written while it is read"),
  },
  {
    name: "nested-in-the-outer-session",
    breaks: "a transaction within undoes itself alone",
    file: `${home}/state-session.ts`,
    find: "work(within(inner))",
    replace: "work(within(session))",
    finder: testOf("state-transactions", "a transaction within that fails undoes itself alone"),
  },
  {
    name: "chunk-overwritten",
    breaks: "many writers of one series lose nothing",
    file: `${home}/append-telemetry.ts`,
    find: "documentVersion: TelemetryChunk.schemaVersion, body }, expect }",
    replace: 'documentVersion: TelemetryChunk.schemaVersion, body }, expect: "any" }',
    finder: testOf("telemetry", "many writers of one series lose nothing"),
  },
  {
    name: "peaks-are-lost",
    breaks: "a down-sampled series has its peaks",
    file: `${home}/downsample.ts`,
    find: "    else if (valueAt(at) > valueAt(extremes.most)) extremes.most = at;",
    replace: "",
    finder: testOf("downsample", "keeps the smallest and the greatest value from 4 points on"),
  },
  {
    name: "recorder-forgets",
    breaks: "a recorder loses nothing when saving fails",
    file: `${home}/telemetry-recorder.ts`,
    find: "      if (clearings === this.#clearings) this.#wait(points);",
    replace: "",
    finder: testOf("telemetry-recorder", "loses nothing when saving fails"),
  },
  {
    name: "closing-does-not-wait",
    breaks: "closing lets accepted calls end, and refuses those that come later",
    file: "packages/repositories/src/gate.ts",
    find: "    this.#isClosed = true;",
    replace: "",
    finder: testOf("state-transactions", "closing lets accepted calls end"),
  },
];
