/** How much to do, and with which chance. */
export interface Size {
  /** A factor on each part's own amount of work; 1 is a night's. Above 0. */
  readonly scale: number;
  /** From 0 to 2,147,483,647. The same seed and scale make the same choices. */
  readonly seed: number;
}

/** A program that a part runs at the root of the repository. */
export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A long check with a name. It passes where its program ends with exit code 0. */
export interface Part {
  readonly name: string;
  /** What it looks for, in half a line. */
  readonly description: string;
  readonly program: (size: Size) => Program;
}
