const keptMost = 10_000;

/** Which chunk each series was last added to by this process: where the next few points find room. */
export class OpenChunks {
  readonly #ids = new Map<string, string>();

  idOf(runId: string, metric: string): string | undefined {
    return this.#ids.get(seriesKey(runId, metric));
  }

  remember(runId: string, metric: string, id: string): void {
    const key = seriesKey(runId, metric);
    this.#ids.delete(key);
    this.#ids.set(key, id);
    const [oldest] = this.#ids.keys();
    if (this.#ids.size > keptMost && oldest !== undefined) this.#ids.delete(oldest);
  }
}

function seriesKey(runId: string, metric: string): string {
  return JSON.stringify([runId, metric]);
}
