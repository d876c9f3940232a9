import type { Driver } from "./driver.ts";
import { HoldfastError } from "./errors.ts";
import { GroupCommit } from "./group-commit.ts";
import { GroupRead } from "./group-read.ts";
import { emptyLayout } from "./layout.ts";
import { liftNothing } from "./lift.ts";
import { defaultTenant } from "./names.ts";
import type { OpenOptions } from "./open-options.ts";
import { systemStamps } from "./stamps.ts";
import type { Store } from "./store.ts";
import { CommitBell } from "./store/commit-bell.ts";
import { OpenStore } from "./store/open-store.ts";
import { StoreView } from "./store/store-view.ts";
import { Turnstile } from "./store/turnstile.ts";

const defaults = { busyTimeoutMs: 10_000, queueLimit: 10_000, maxDocumentBytes: 8 * 1024 * 1024, pollMs: 250 };

export interface CreateStoreOptions {
  /** The backend's name, as `Store.backend` shows it. */
  readonly backend: string;
  /** A driver that is not open yet. */
  readonly driver: Driver;
  readonly options: OpenOptions;
}

/** Opens a driver and builds the Store over it. What fails while opening leaves nothing open. */
export async function createStore({ backend, driver, options }: CreateStoreOptions): Promise<Store> {
  const { busyTimeoutMs = defaults.busyTimeoutMs, queueLimit = defaults.queueLimit } = options;
  const { maxDocumentBytes = defaults.maxDocumentBytes, lockTimeoutMs = 0, pollMs = defaults.pollMs, signal } = options;
  const lift = options.model?.lift ?? liftNothing;
  checkNumbers({ busyTimeoutMs, queueLimit, maxDocumentBytes, lockTimeoutMs, pollMs });
  const layout = await openDriver(driver, options.model?.layout ?? emptyLayout, {
    stamps: options.stamps ?? systemStamps,
    lift,
    durability: options.durability ?? "power-loss",
    layout: options.layout ?? "upgrade",
    access: options.access ?? "write",
    logger: options.logger ?? { warn: () => undefined },
    lockTimeoutMs,
    busyTimeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  const bell = new CommitBell();
  const turnstile = new Turnstile();
  const apply: Driver["apply"] = (groups, given) => driver.apply(groups, given).finally(() => bell.ring());
  const rounds = new GroupCommit(apply, turnstile);
  const parts = { backend, driver, layout, lift, rounds, reads: new GroupRead(driver), turnstile };
  const store = new OpenStore({ ...parts, queueLimit, maxDocumentBytes, pollMs }, bell);
  return new StoreView(store, { tenant: defaultTenant, isRoot: true, limits: {} });
}

async function openDriver(driver: Driver, ...[layout, options]: Parameters<Driver["open"]>) {
  try {
    return await driver.open(layout, options);
  } catch (thrown) {
    await Promise.resolve(driver[Symbol.asyncDispose]()).catch(() => undefined);
    throw thrown;
  }
}

function checkNumbers(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && value >= 0) continue;
    throw new HoldfastError(`the option "${name}" is a number from 0`, { code: "INVALID_CONFIG" });
  }
}
