import type { RecordContent } from "@holdfast/core";

/** Goes through contents that are read page by page: within a page without waiting. */
export class ContentWalk {
  readonly #pages: AsyncGenerator<readonly RecordContent[]>;
  #page: readonly RecordContent[] = [];
  #at = 0;
  #isOver = false;

  constructor(pages: AsyncGenerator<readonly RecordContent[]>) {
    this.#pages = pages;
  }

  /** Reads the next page where this one is used up. */
  async read(): Promise<void> {
    if (this.isKnown) return;
    const step = await this.#pages.next();
    this.#isOver = step.done === true;
    [this.#page, this.#at] = [step.done === true ? [] : step.value, 0];
  }

  /** Whether what comes next is known without reading on: a record, or that there is none. */
  get isKnown(): boolean {
    return this.#isOver || this.#at < this.#page.length;
  }

  /** What comes next, where that is known. */
  get ahead(): RecordContent | undefined {
    return this.#page[this.#at];
  }

  pass(): void {
    this.#at += 1;
  }
}
