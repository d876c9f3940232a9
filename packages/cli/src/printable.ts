/** What a terminal takes for a command, a break of the line or a turn of the writing's direction; and half characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text from outside for one line of a terminal: what would not show, or would do something, stands there escaped. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/** A value as JSON, over several lines, in which nothing from outside reaches a terminal as more than a character. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, null, 2));
}

/** The same of a text of several lines, each of which may hold something from outside. */
export function printableLines(text: string): string {
  return text
    .split("\n")
    .map((line) => printable(line))
    .join("\n");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
