import { checkOptions } from "./check-options.ts";
import type { DriverOptions } from "./driver.ts";
import { liftNothing } from "./lift.ts";
import type { Logger, OpenOptions } from "./open-options.ts";
import { systemStamps } from "./stamps.ts";

const busyTimeoutDefaultMs = 10_000;
const silent: Logger = { warn: () => undefined };

/** What a driver is opened with, complete; fails as `checkOptions` does. */
export function driverOptions(
  options: OpenOptions,
): DriverOptions & { readonly lift: NonNullable<DriverOptions["lift"]> } {
  checkOptions(options);
  const { busyTimeoutMs = busyTimeoutDefaultMs, lockTimeoutMs = 0, signal } = options;
  return {
    stamps: options.stamps ?? systemStamps,
    lift: options.model?.lift ?? liftNothing,
    durability: options.durability ?? "power-loss",
    layout: options.layout ?? "upgrade",
    access: options.access ?? "write",
    logger: options.logger ?? silent,
    lockTimeoutMs,
    busyTimeoutMs,
    ...(signal === undefined ? {} : { signal }),
  };
}
