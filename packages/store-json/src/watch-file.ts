import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { EchoingBell } from "@holdfast/core";
import type { HintSource, Logger } from "@holdfast/core";

/**
 * Rings when the writing process may have saved: when the file, or one whose name continues it, is written or replaced.
 * What is watched is the folder, since a watch on a file ends when the file is replaced. Where that cannot be watched
 * (some systems allow few watches, some file systems none), it says so and rings never.
 */
export function watchFile(path: string, ring: () => void, logger: Logger): HintSource {
  const bell = new EchoingBell(ring);
  const own = basename(path);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || (name.startsWith(own) && !/\.(?:lock|owner|tmp)$/.test(name))) bell.sign();
    });
    watcher.on("error", () => watcher.close());
    return {
      close: () => {
        bell.stop();
        watcher.close();
      },
    };
  } catch {
    logger.warn("the folder of the JSON file cannot be watched: followers look by the clock alone", { path });
    return { close: () => undefined };
  }
}
