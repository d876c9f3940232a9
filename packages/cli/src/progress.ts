import { Presets, SingleBar } from "cli-progress";

import type { Console } from "./console.ts";

export interface Progress {
  update(copied: number, total: number): void;
  /** Before anything else is written. */
  stop(): void;
}

/** A bar on a terminal, a line at each tenth elsewhere. */
export function showProgress(stream: Console["error"]): Progress {
  return stream.isTTY === true ? barProgress(stream) : lineProgress(stream);
}

function barProgress(stream: Console["error"]): Progress {
  const format = "copying {bar} {percentage} % | {value} of {total} records | {eta_formatted} left";
  const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  return {
    update(copied, total) {
      if (!bar.isActive) bar.start(total, copied);
      else bar.update(copied);
    },
    stop: () => bar.stop(),
  };
}

function lineProgress(stream: Console["error"]): Progress {
  let shown = 0;
  return {
    update(copied, total) {
      const tenths = total === 0 ? 10 : Math.floor((copied * 10) / total);
      if (tenths === shown) return;
      shown = tenths;
      stream.write(`copied ${copied} of ${total} records\n`);
    },
    stop: () => undefined,
  };
}
