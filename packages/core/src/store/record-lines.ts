import { RecordLine } from "./record-line.ts";

/** The lines of one open store, by `keyText`: there is one only while somebody stands in it. */
export class RecordLines {
  readonly #lines = new Map<string, RecordLine>();
  #arrived = 0;

  /** A number above all that were given before. */
  nextNumber(): number {
    return (this.#arrived += 1);
  }

  at(key: string): RecordLine {
    const found = this.#lines.get(key);
    if (found !== undefined) return found;
    const line = new RecordLine(() => void this.#lines.delete(key));
    this.#lines.set(key, line);
    return line;
  }
}
