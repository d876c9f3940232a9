import { SingleBar } from "cli-progress";
import { Option } from "commander";

import type { Console } from "./console.ts";
import { progressText } from "./progress-text.ts";

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
  const started = performance.now();
  const format = (_options: unknown, { value, total, maxWidth }: Drawn): string =>
    progressText({ done, value, total, ...rateOf({ value, total, started }) }, maxWidth - 1);
  const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true });
  return {
    update(copied, total) {
      if (!bar.isActive) bar.start(total, copied);
      else bar.update(copied);
    },
    stop: () => bar.stop(),
  };
}

/** What the bar's library hands in to be drawn; the width is that of the terminal at this moment. */
interface Drawn {
  readonly value: number;
  readonly total: number;
  readonly maxWidth: number;
}

interface Pace {
  readonly value: number;
  readonly total: number;
  readonly started: number;
}

function rateOf({ value, total, started }: Pace) {
  const seconds = (performance.now() - started) / 1_000;
  const perSecond = Math.round(value / Math.max(0.001, seconds));
  const secondsLeft = perSecond === 0 ? undefined : Math.ceil((total - value) / perSecond);
  return { seconds, perSecond, secondsLeft };
}

function jsonlProgress(stream: Console["error"], done: string): Progress {
  const started = performance.now();
  return {
    update(records, total) {
      const { seconds, perSecond, secondsLeft = null } = rateOf({ value: records, total, started });
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
