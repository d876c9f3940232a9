import { emptyLayout, systemStamps } from "@holdfast/core";
import type { Driver, Layout } from "@holdfast/core";
import { backend } from "@holdfast/store-postgres";

/** A driver without the store above it, which tries nothing again. */
export async function openDriver(url: string, layout: Layout = emptyLayout): Promise<Driver> {
  const driver = backend.driver(url);
  await driver.open(layout, {
    stamps: systemStamps,
    durability: "process-crash",
    layout: "upgrade",
    access: "write",
    lockTimeoutMs: 0,
    busyTimeoutMs: 30_000,
    logger: { warn: () => undefined },
  });
  return driver;
}
