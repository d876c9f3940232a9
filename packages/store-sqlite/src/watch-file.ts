import { watch } from "node:fs";
import { basename, dirname } from "node:path";

import { EchoingBell } from "@holdfast/core";
import type { HintSource, Logger } from "@holdfast/core";

/**
 * Rings when another process may have committed to a database: its log is written then, and now and then the file
 * itself. What is watched is the folder, since the log comes and goes. Where that cannot be watched (some systems allow
 * few watches, some file systems none), it says so and rings never.
 */
export function watchFile(path: string, ring: () => void, logger: Logger): HintSource {
  const bell = new EchoingBell(ring);
  const names: readonly (string | null)[] = [basename(path), `${basename(path)}-wal`, null];
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (names.includes(name)) bell.sign();
    });
    watcher.on("error", () => watcher.close());
    return {
      close: () => {
        bell.stop();
        watcher.close();
      },
    };
  } catch {
    logger.warn("the folder of the database cannot be watched: followers look by the clock alone", { path });
    return { close: () => undefined };
  }
}
