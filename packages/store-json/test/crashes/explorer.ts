import {
  crashPoints,
  diskChance,
  diskOf,
  expectedAt,
  nothingExpected,
  operationText,
  noPowerCuts,
  SimulatedFs,
} from "@holdfast-tooling/simulated-fs";
import type { Chance } from "@holdfast-tooling/chance";
import type { CrashPoint, Disk, DiskImage, Expected, LedgerEntry, Trace } from "@holdfast-tooling/simulated-fs";
import { Session } from "./session.ts";
import type { SessionOptions } from "./session.ts";

/** What opening the store on an image came to. */
type Outcome =
  | { readonly kind: "opened"; readonly state: string; readonly isUnwritten: boolean; readonly damaged: number }
  | { readonly kind: "failed"; readonly reason: string };

export interface ExplorerOptions extends SessionOptions {
  readonly seed: number;
  /** The most images of power cuts at one point. */
  readonly limit: number;
  /** How often an image, or a killed process's disk, is recovered with a crash at each of the recovery's operations. */
  readonly again: number;
}

const recoveredAtOnce = 32;
const namesOnceClosed = /^entities\.json(?:\.journal\.\d+\.damaged)?$/;
const namesWhileOpen = /^entities\.json(?:\.former|\.journal\.\d+(?:\.damaged)?)?$/;

/** Lets everything stop at each operation of a trace, opens the store on what that leaves, and compares. */
export class Explorer {
  images = 0;
  points = 0;
  /** Images from which a journal was kept aside as damaged. */
  damaged = 0;
  #recoveries = 0;
  readonly #options: ExplorerOptions;
  readonly #chance: Chance;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(options: ExplorerOptions) {
    this.#options = options;
    this.#chance = diskChance(options.seed);
  }

  get distinct(): number {
    return this.#outcomes.size;
  }

  /** Fails with what was found wrong. */
  async explore(trace: Trace, ledger: readonly LedgerEntry[]): Promise<void> {
    await this.#explore(trace, ledger, nothingExpected, this.#options.again);
  }

  async #explore(trace: Trace, ledger: readonly LedgerEntry[], start: Expected, again: number): Promise<void> {
    const { seed } = this.#options;
    const limit = start === nothingExpected ? this.#options.limit : 16;
    for (const point of crashPoints(trace, { limit, seed })) {
      this.points += 1;
      const expected = expectedAt(ledger, point.at, start);
      await this.#checkAll(trace, point, point.cuts.images, this.#afterPowerCut(expected));
      await this.#checkAll(trace, point, point.kills, expected);
      if (!this.#chance.isIn(again)) continue;
      await this.#crashAgain(point.disk.copy(), expected);
      const image = point.cuts.images[this.#chance.below(point.cuts.images.length)];
      if (image !== undefined) await this.#crashAgain(diskOf(image, point.disk.rules), this.#afterPowerCut(expected));
    }
  }

  /** What was handed to the operating system only, a power cut may take back, the latest first. */
  #afterPowerCut(expected: Expected): Expected {
    if (this.#options.durability === "power-loss") return expected;
    return { ...expected, possible: new Set([...expected.possible, ...expected.former]) };
  }

  /** A recovery with a write behind it, and a crash at each of its operations. */
  async #crashAgain(disk: Disk, expected: Expected): Promise<void> {
    const session = new Session(new SimulatedFs(disk.copy()), this.#options);
    await session.open();
    await session.write({ marker: "after the recovery" });
    await session.settle();
    await session.close();
    if (session.failures.length > 0) throw new Error("a recovery failed", { cause: session.failures[0] });
    await this.#explore({ start: disk, operations: session.fs.operations }, session.ledger, expected, 0);
  }

  async #checkAll(trace: Trace, point: CrashPoint, images: readonly DiskImage[], expected: Expected): Promise<void> {
    const unknown = images.filter(({ key }) => !this.#outcomes.has(key));
    for (let at = 0; at < unknown.length; at += recoveredAtOnce) {
      await Promise.all(unknown.slice(at, at + recoveredAtOnce).map((image) => this.#recover(image)));
    }
    for (const image of images) {
      this.images += 1;
      const outcome = this.#outcomes.get(image.key);
      if (outcome?.kind === "opened") this.damaged += outcome.damaged;
      const problem = outcome === undefined ? "nothing is known" : problemOf(outcome, expected);
      if (problem !== undefined) throw new Error(reportOf(problem, trace, point, image));
    }
  }

  async #recover(image: DiskImage): Promise<void> {
    this.#recoveries += 1;
    this.#outcomes.set(image.key, await recovered(image, this.#options, this.#recoveries % 8 === 0));
  }
}

/** Opens the store on an image. One in eight is closed again, and must leave one file then. */
async function recovered(image: DiskImage, options: ExplorerOptions, isClosed: boolean): Promise<Outcome> {
  const session = new Session(new SimulatedFs(diskOf(image, noPowerCuts)), options);
  await session.open();
  const state = await session.state();
  if (state === undefined) return { kind: "failed", reason: `it does not open: ${String(session.failures[0])}` };
  if (isClosed) await session.close();
  const names = session.fs.names();
  const allowed = isClosed ? namesOnceClosed : namesWhileOpen;
  const others = names.filter((name) => !allowed.test(name));
  if (others.length > 0) return { kind: "failed", reason: `it leaves ${others.join(", ")}` };
  const [problem] = [...session.failures, ...session.strangers, ...session.fs.violations];
  if (problem !== undefined) return { kind: "failed", reason: String(problem) };
  const damaged = names.filter((name) => name.endsWith(".damaged")).length;
  return { kind: "opened", state: state.text, isUnwritten: state.isUnwritten, damaged };
}

function problemOf(outcome: Outcome, { acknowledged, possible }: Expected): string | undefined {
  if (outcome.kind === "failed") return outcome.reason;
  if (outcome.state === acknowledged || possible.has(outcome.state)) return undefined;
  if (acknowledged === undefined && outcome.isUnwritten) return undefined;
  const states = [acknowledged ?? "a new store", ...possible].map((state) => `  ${state}`);
  return `it holds\n  ${outcome.state}\nand not one of\n${states.join("\n")}`;
}

function reportOf(problem: string, { operations }: Trace, { at }: CrashPoint, { files }: DiskImage): string {
  const done = operations.slice(0, at).map((operation) => `  ${operationText(operation)}`);
  const held = files.map((file) => `  ${file.path}: ${contentText(file.bytes)}`);
  return [`after a crash at operation ${at}, ${problem}`, "operations:", ...done, "files:", ...held].join("\n");
}

function contentText(bytes: Buffer): string {
  return JSON.stringify(
    bytes
      .toString("latin1")
      .replaceAll(/\0+/g, (run) => `<${run.length} zeros>`)
      .slice(0, 3_000),
  );
}
