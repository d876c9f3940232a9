/** How far something has come. */
export interface ProgressFigures {
  /** What becomes of the records: `copied`. */
  readonly done: string;
  readonly value: number;
  readonly total: number;
  readonly perSecond: number;
  /** Unknown before there is a rate. */
  readonly secondsLeft: number | undefined;
}

const barLeast = 8;
const barMost = 40;
const separator = " | ";

/** One line with a bar, in no more than so many columns: what matters less goes first, then the bar becomes short. */
export function progressText(figures: ProgressFigures, columns: number): string {
  const { done, value, total, perSecond } = figures;
  const share = total === 0 ? 1 : Math.min(1, value / total);
  const percent = `${Math.floor(share * 100)} %`;
  const counts = `${value} of ${total} records`;
  const rate = `${perSecond} a second`;
  const left = `${timeText(figures.secondsLeft)} left`;
  const forms = [[percent, counts, rate, left], [percent, counts, left], [percent, left], [percent]];
  const texts = forms.map((parts) => parts.join(separator));
  const room = (text: string): number => columns - done.length - text.length - 3;
  const text = texts.find((each) => room(each) >= barLeast) ?? percent;
  const bar = Math.min(barMost, room(text));
  return bar < 1 ? percent.slice(0, Math.max(0, columns)) : `${done} ${barText(share, bar)} ${text}`;
}

function barText(share: number, length: number): string {
  const full = Math.floor(share * length);
  return "█".repeat(full) + "░".repeat(length - full);
}

/** `7 s`, `2 min 05 s`, `1 h 04 min`. */
export function timeText(seconds: number | undefined): string {
  if (seconds === undefined) return "?";
  if (seconds < 60) return `${seconds} s`;
  const [unit, whole, part] = seconds < 3600 ? ["min", 60, "s"] : ["h", 3600, "min"];
  const rest = Math.floor((seconds % Number(whole)) / (Number(whole) / 60));
  return `${Math.floor(seconds / Number(whole))} ${unit} ${String(rest).padStart(2, "0")} ${part}`;
}
