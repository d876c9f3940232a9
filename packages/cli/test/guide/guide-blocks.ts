/** A block of commands, and what the guide says that the screen shows for them. */
export interface Shown {
  /** The heading above it. */
  readonly heading: string;
  readonly commands: readonly string[];
  readonly screen: string;
}

/** A program of the guide; its first line names its file. */
export interface Program {
  readonly file: string;
  readonly source: string;
}

const block = /^(?:#{2,3} (?<heading>[^\n]*)|```sh\n(?<commands>.*?)^```\n(?:\n```text\n(?<screen>.*?)^```$)?)/gms;

/** Every block of commands, in the order in which a reader comes to it; one without a screen shows nothing. */
export function shownIn(guide: string): readonly Shown[] {
  let heading = "";
  const shown: Shown[] = [];
  for (const { groups } of guide.matchAll(block)) {
    heading = groups?.["heading"] ?? heading;
    const { commands, screen = "" } = groups ?? {};
    if (commands !== undefined) shown.push({ heading, commands: commands.trimEnd().split("\n"), screen });
  }
  return shown;
}

export function programsIn(guide: string): readonly Program[] {
  const found = guide.matchAll(/^```js\n(\/\/ (\S+)\n.*?)^```$/gms);
  return Array.from(found, ([, source = "", file = ""]) => ({ file, source }));
}
