import { timestampText } from "@holdfast/core";

/** What the wall clock of one time zone shows, without saying which: as older files have it. */
interface NaiveTime {
  /** Milliseconds since the epoch if it were UTC. */
  readonly wallMs: number;
  /** What is left below a millisecond, in microseconds. */
  readonly microseconds: number;
}

const pattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d(?::?\d\d){0,2})?$/i;

/**
 * When a step is due, in microseconds since the epoch. A time that names no zone is one of `timeZone`; undefined for
 * text that is no time.
 */
export function stepTime(text: string, timeZone: string): number | undefined {
  const [matched, date, clock, fraction = "", zone] = pattern.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const wallMs = Date.parse(`${date}T${clock}Z`);
  if (Number.isNaN(wallMs)) return undefined;
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, "0"));
  if (zone === undefined) return instantOf({ wallMs, microseconds }, timeZone);
  return (wallMs - zoneMs(zone)) * 1000 + microseconds;
}

/** A time as operations store it: UTC, in fixed width. Undefined for text that is no time. */
export function stepTimeText(time: string | Date, timeZone: string): string | undefined {
  const instant = typeof time === "string" ? stepTime(time, timeZone) : time.getTime() * 1000;
  return instant === undefined || Number.isNaN(instant) ? undefined : timestampText(instant);
}

function zoneMs(zone: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = (zone.match(/\d\d/g) ?? []).map(Number);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return zone.startsWith("-") ? -ms : ms;
}

/** The offset holds at the instant and not at its wall clock, so it is asked for twice: a change of clocks may lie between. */
function instantOf({ wallMs, microseconds }: NaiveTime, timeZone: string): number {
  if (timeZone === "UTC") return wallMs * 1000 + microseconds;
  const near = wallMs - offsetMs(wallMs, timeZone);
  return (wallMs - offsetMs(near, timeZone)) * 1000 + microseconds;
}

/** How far the wall clock of a zone is ahead of UTC at an instant. */
function offsetMs(instantMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(instantMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? "0";
  const date = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
  const wallMs = Date.parse(`${date}T${part("hour")}:${part("minute")}:${part("second")}Z`);
  return wallMs - Math.floor(instantMs / 1000) * 1000;
}
