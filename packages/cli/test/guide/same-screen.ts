/** What is never twice the same, or hangs on how a copy divides its work: times, and where progress stood. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/\d+ ms\b/g, "# ms"],
  [/about \d+ s\b/g, "about # s"],
  [/in \d+ key ranges/g, "in # key ranges"],
  [/^(copied|restored) \d+ of/gm, "$1 # of"],
  // A server for tests syncs nothing, and says so.
  [/^(postgres: .*durability:) [\w-]+/gm, "$1 #"],
];

/** Written by a copy that goes on from where another was interrupted. */
const goneOn: readonly [RegExp, string] = [/^\d+ records written/gm, "# records written"];

/** Hashes by the order in which a reader meets them: the same number is the same hash, wherever in the guide. */
class Hashes {
  readonly #numbers = new Map<string, number>();

  numbered(text: string): string {
    return text.replace(/\b[0-9a-f]{64}\b/g, (hash) => {
      const number = this.#numbers.get(hash) ?? this.#numbers.size + 1;
      this.#numbers.set(hash, number);
      return `(hash ${number})`;
    });
  }
}

/** Makes the guide's screens and the real ones comparable, each side in its order. */
export class Screens {
  readonly #hashes = new Hashes();
  #wasInterrupted = false;

  comparable(screen: string): string {
    const rules = this.#wasInterrupted ? [...volatile, goneOn] : volatile;
    this.#wasInterrupted = screen.includes("^C");
    return this.#hashes.numbered(rules.reduce((text, [pattern, by]) => text.replace(pattern, by), screen));
  }
}
