import { driverOptions } from "./driver-options.ts";
import type { Driver, DriverGroup, GroupResult } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { GroupCommit } from "./group-commit.ts";
import { GroupRead } from "./group-read.ts";
import { emptyLayout } from "./layout.ts";
import { defaultTenant } from "./names.ts";
import type { OpenOptions } from "./open-options.ts";
import type { Store } from "./store.ts";
import { CommitBell } from "./store/commit-bell.ts";
import { OpenStore } from "./store/open-store.ts";
import { Pruner } from "./store/pruner.ts";
import { againIfTransient } from "./store/retry.ts";
import { StoreView } from "./store/store-view.ts";
import { Turnstile } from "./store/turnstile.ts";
import { watchedRounds } from "./watched-rounds.ts";

const defaults = { queueLimit: 10_000, maxDocumentBytes: 8 * 1024 * 1024, pollMs: 250 };
const weekMs = 604_800_000;

export interface CreateStoreOptions {
  /** The backend's name, as `Store.backend` shows it. */
  readonly backend: string;
  /** A driver that is not open yet. */
  readonly driver: Driver;
  readonly options: OpenOptions;
}

/** Opens a driver and builds the Store over it. What fails while opening leaves nothing open. */
export async function createStore({ backend, driver, options }: CreateStoreOptions): Promise<Store> {
  const { queueLimit = defaults.queueLimit, maxDocumentBytes = defaults.maxDocumentBytes } = options;
  const { pollMs = defaults.pollMs, keepTombstonesMs = weekMs } = options;
  const complete = driverOptions(options);
  const { stamps, logger, access, lift } = complete;
  const layout = await openDriver(driver, options.model?.layout ?? emptyLayout, complete);
  const bell = new CommitBell();
  const turnstile = new Turnstile();
  const pruner = new Pruner({ driver, stamps, logger, keepMs: access === "read" ? Infinity : keepTombstonesMs });
  const apply: Driver["apply"] = async (groups, given) => {
    try {
      const results = await driver.apply(groups, given);
      pruner.afterWrite();
      return results;
    } finally {
      bell.ring();
    }
  };
  const applyAtOnce = (group: DriverGroup): GroupResult | undefined => {
    try {
      const result = driver.applyAtOnce?.(group);
      if (result !== undefined) pruner.afterWrite();
      return result;
    } finally {
      bell.ring();
    }
  };
  const atOnce = driver.applyAtOnce === undefined ? {} : { applyAtOnce };
  const behindRound = (): void => {
    bell.ring();
    pruner.afterWrite();
  };
  const applyInTurn: Driver["applyInTurn"] = async (next) => driver.applyInTurn?.(watchedRounds(next, behindRound));
  const inTurn = driver.applyInTurn === undefined ? {} : { applyInTurn };
  const rounds = new GroupCommit({ apply, ...atOnce, ...inTurn, turnstile });
  const get: Driver["get"] = (...asked) => againIfTransient(() => driver.get(...asked));
  const getAtOnce: NonNullable<Driver["getAtOnce"]> = (...asked) => driver.getAtOnce?.(...asked);
  const reads = new GroupRead({ get, getAtOnce, joinsReads: driver.joinsReads === true });
  const parts = { backend, driver, layout, lift, rounds, reads, turnstile, pruner, stamps };
  const store = new OpenStore({ ...parts, queueLimit, maxDocumentBytes, pollMs }, bell);
  return new StoreView(store, { tenant: defaultTenant, isRoot: true, limits: {} });
}

async function openDriver(driver: Driver, ...[layout, options]: Parameters<Driver["open"]>) {
  try {
    return await driver.open(layout, options);
  } catch (thrown) {
    await Promise.resolve(driver[Symbol.asyncDispose]()).catch(() => undefined);
    if (options.signal?.aborted !== true || HoldfastError.is(thrown)) throw thrown;
    throw new HoldfastError("opening the store was aborted", { code: "ABORTED", cause: options.signal.reason });
  }
}
