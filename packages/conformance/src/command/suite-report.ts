import type { Writable } from "node:stream";
import { inspect } from "node:util";

/** What became of one behaviour. */
export type Outcome =
  | { readonly kind: "kept"; readonly path: readonly string[] }
  | { readonly kind: "broken"; readonly path: readonly string[]; readonly cause: unknown }
  | { readonly kind: "skipped"; readonly path: readonly string[]; readonly reason: string };

/** Says of each theme how many behaviours of it are kept, and of each broken behaviour why, as they come; at the end, what was skipped. */
export class SuiteReport {
  readonly #out: Writable;
  readonly #skipped = new Map<string, string[]>();
  readonly #counts = { kept: 0, broken: 0, skipped: 0 };
  #title: string | undefined;
  #keptInTheme = 0;

  constructor(out: Writable) {
    this.#out = out;
  }

  get counts(): Readonly<Record<Outcome["kind"], number>> {
    return this.#counts;
  }

  add(outcome: Outcome): void {
    this.#counts[outcome.kind] += 1;
    this.#begin(outcome.path);
    const name = outcome.path.slice(1).join(" > ");
    if (outcome.kind === "kept") this.#keptInTheme += 1;
    if (outcome.kind === "skipped") {
      const { reason } = outcome;
      this.#skipped.set(reason, [...(this.#skipped.get(reason) ?? []), name]);
    }
    if (outcome.kind === "broken") this.#say(`BROKEN ${name}\n${indented(causeText(outcome.cause))}`);
  }

  endTheme(path: readonly string[]): void {
    if (path.length > 1 && this.#keptInTheme > 0)
      this.#say(`${String(this.#keptInTheme).padStart(6)} ${path.slice(1).join(" > ")}`);
    this.#keptInTheme = 0;
  }

  /** The skipped ones by their reason, and the line that sums it all up. */
  finish(name: string, seconds: number): void {
    for (const [reason, names] of this.#skipped) {
      this.#say(`\nNot guaranteed, since ${reason}:`);
      for (const each of names) this.#say(`  - ${each}`);
    }
    const { kept, broken, skipped } = this.#counts;
    this.#say(`\n${name}: ${kept} kept, ${broken} broken, ${skipped} not guaranteed, in ${seconds.toFixed(1)} s`);
  }

  /** The outermost name stands over all that follows. */
  #begin([title = ""]: readonly string[]): void {
    if (title === this.#title) return;
    this.#title = title;
    this.#say(`\n${title}`);
  }

  #say(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

/** What the test threw; Node wraps it. */
function causeText(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return inspect(cause, { depth: 4 });
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "       ");
}
