/**
 * All that the command writes for people goes through here: what stands in data reaches a terminal as plain characters,
 * and colors are added behind that, on a terminal that shows them. `NO_COLOR` and `FORCE_COLOR` have their usual say.
 */
import type { Writable } from "node:stream";
import { styleText } from "node:util";

import { printable, printableJson } from "./printable.ts";

const colors = { error: "red", warning: "yellow" } as const;

/** `error`: something failed, is damaged or differs. `warning`: worth knowing before going on. */
export type Tone = keyof typeof colors;

/** One line of text; what would break it is shown escaped. */
export type Line = string | { readonly tone: Tone; readonly text: string };

export function writeLines(stream: Writable, lines: readonly Line[]): void {
  stream.write(lines.map((line) => `${lineText(stream, line)}\n`).join(""));
}

/** One JSON document, over several lines. */
export function writeJson(stream: Writable, value: unknown): void {
  stream.write(`${printableJson(value)}\n`);
}

/** The text in the color of the tone, where the stream shows colors. */
export function toned(stream: Writable, tone: Tone, text: string): string {
  return styleText(colors[tone], text, { stream });
}

function lineText(stream: Writable, line: Line): string {
  return typeof line === "string" ? printable(line) : toned(stream, line.tone, printable(line.text));
}
