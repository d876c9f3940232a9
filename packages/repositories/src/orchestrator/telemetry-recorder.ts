import { HoldfastError, systemStamps, timestampText } from "@holdfast/core";
import type { StateSession } from "./state-store-types.ts";
import type { TelemetryPointDraft } from "./telemetry-types.ts";
import type { JsonValue, Stamps } from "@holdfast/core";

export interface RecordedMetric {
  readonly value: JsonValue;
  /** When it was recorded, in seconds since the epoch. */
  readonly timestamp: number;
}

export interface TelemetryRecorderOptions {
  /** Metrics that are kept at most, and values that wait to be saved; then the oldest goes. From 1. @default 10_000 */
  readonly capacity?: number;
  /** @default the system's clock */
  readonly stamps?: Pick<Stamps, "now">;
}

/** What a program measures, in memory, until it is saved. */
export interface TelemetryRecorder {
  /** Keeps the value as the metric's latest; the metric is the newest then. UNSERIALIZABLE_VALUE for NaN and Infinity. */
  recordMetric(name: string, value: JsonValue): void;
  /** The latest value of each metric, oldest first (names that are whole numbers before all others). A copy. */
  getMetrics(): Readonly<Record<string, RecordedMetric>>;
  /** Forgets all metrics, and all values that wait to be saved. */
  clearMetrics(): void;
  /**
   * Writes the latest values as the run's telemetry document, and every number that was recorded since the last time to
   * the run's series, in one transaction. Where that fails, the next time writes them too.
   */
  save(state: Pick<StateSession, "transaction">, runId: string): Promise<void>;
}

/** A recorder of metrics with a bound, so that it never grows without end. */
export function telemetryRecorder(options: TelemetryRecorderOptions = {}): TelemetryRecorder {
  const { capacity = 10_000, stamps = systemStamps } = options;
  return new Recorder(checkCapacity(capacity), stamps);
}

class Recorder implements TelemetryRecorder {
  readonly #capacity: number;
  readonly #stamps: Pick<Stamps, "now">;
  readonly #metrics = new Map<string, RecordedMetric>();
  #waiting: TelemetryPointDraft[] = [];
  #clearings = 0;

  constructor(capacity: number, stamps: Pick<Stamps, "now">) {
    this.#capacity = capacity;
    this.#stamps = stamps;
  }

  recordMetric(name: string, value: JsonValue): void {
    const now = this.#stamps.now();
    if (typeof value === "number") this.#wait([{ metric: name, value: finite(name, value), at: timestampText(now) }]);
    this.#metrics.delete(name);
    this.#metrics.set(name, { value, timestamp: now / 1_000_000 });
    const [oldest] = this.#metrics.keys();
    if (this.#metrics.size > this.#capacity && oldest !== undefined) this.#metrics.delete(oldest);
  }

  getMetrics(): Readonly<Record<string, RecordedMetric>> {
    return Object.fromEntries(this.#metrics);
  }

  clearMetrics(): void {
    this.#metrics.clear();
    this.#waiting = [];
    this.#clearings += 1;
  }

  async save(state: Pick<StateSession, "transaction">, runId: string): Promise<void> {
    const [points, clearings] = [this.#waiting, this.#clearings];
    const document = Object.fromEntries([...this.#metrics].map(([name, metric]) => [name, { ...metric }]));
    this.#waiting = [];
    try {
      await state.transaction(async (inside) => {
        await inside.writeTelemetry(runId, document);
        await inside.appendTelemetry(runId, points);
      });
    } catch (error) {
      const since = this.#waiting;
      this.#waiting = [];
      if (clearings === this.#clearings) this.#wait(points);
      this.#wait(since);
      throw error;
    }
  }

  #wait(points: readonly TelemetryPointDraft[]): void {
    for (const point of points) {
      this.#waiting.push(point);
      if (this.#waiting.length > this.#capacity) this.#waiting.shift();
    }
  }
}

function finite(metric: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new HoldfastError(`the metric "${metric}" was ${value}, which is not a JSON number`, {
    code: "UNSERIALIZABLE_VALUE",
    details: { path: [metric] },
  });
}

function checkCapacity(capacity: number): number {
  if (Number.isSafeInteger(capacity) && capacity >= 1) return capacity;
  throw new HoldfastError(`a recorder's capacity is a whole number from 1, and not ${capacity}`, {
    code: "INVALID_CONFIG",
  });
}
