import { Presets, SingleBar } from "cli-progress";

import type { Console } from "./console.ts";

export interface Progress {
  update(copied: number, total: number): void;
  /** Before anything else is written. */
  stop(): void;
}

/** A bar on a terminal, a line at each tenth elsewhere. `done` says what becomes of the records. */
export function showProgress(stream: Console["error"], done = "copied"): Progress {
  return stream.isTTY === true ? barProgress(stream, done) : lineProgress(stream, done);
}

function barProgress(stream: Console["error"], done: string): Progress {
  const format = `${done} {bar} {percentage} % | {value} of {total} records | {rate} a second | {eta_formatted} left`;
  const started = performance.now();
  const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  return {
    update(copied, total) {
      const rate = Math.round((copied * 1_000) / Math.max(1, performance.now() - started));
      if (!bar.isActive) bar.start(total, copied, { rate });
      else bar.update(copied, { rate });
    },
    stop: () => bar.stop(),
  };
}

function lineProgress(stream: Console["error"], done: string): Progress {
  let shown = 0;
  return {
    update(copied, total) {
      const tenths = total === 0 ? 10 : Math.floor((copied * 10) / total);
      if (tenths === shown) return;
      shown = tenths;
      stream.write(`${done} ${copied} of ${total} records\n`);
    },
    stop: () => undefined,
  };
}
