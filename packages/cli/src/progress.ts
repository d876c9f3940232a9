import { Presets, SingleBar } from "cli-progress";
import { Option } from "commander";

import type { Console } from "./console.ts";

export interface Progress {
  update(copied: number, total: number): void;
  /** Before anything else is written. */
  stop(): void;
}

const forms = ["auto", "jsonl", "none"] as const;
/** `auto`: a bar on a terminal, a line at each tenth elsewhere. `jsonl`: an object a line, after each batch. */
export type ProgressForm = (typeof forms)[number];

/** Of a command that shows progress: on standard error, so that its result stays what it is. */
export function progressOption(): Option {
  return new Option("--progress <form>", "how progress is shown on standard error").choices(forms).default("auto");
}

/** `done` says what becomes of the records. */
export function showProgress(stream: Console["error"], done = "copied", form: ProgressForm = "auto"): Progress {
  if (form === "none") return { update: () => undefined, stop: () => undefined };
  if (form === "jsonl") return jsonlProgress(stream, done);
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

function jsonlProgress(stream: Console["error"], done: string): Progress {
  const started = performance.now();
  return {
    update(records, total) {
      const seconds = (performance.now() - started) / 1_000;
      const perSecond = Math.round(records / Math.max(0.001, seconds));
      const secondsLeft = perSecond === 0 ? null : Math.ceil((total - records) / perSecond);
      const told = { what: done, records, total, seconds: Number(seconds.toFixed(3)), perSecond, secondsLeft };
      stream.write(`${JSON.stringify({ progress: told })}\n`);
    },
    stop: () => undefined,
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
