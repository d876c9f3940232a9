import { parseJson } from "@holdfast/core";

/** Where a name stands twice in one object, in characters. */
export interface DuplicateKey {
  readonly first: number;
  readonly second: number;
}

/**
 * The first name that an object has twice. JSON's readers take one of the two and say nothing, so what a person changed
 * by hand is looked at for it. The text is meant to be JSON; in any other, what is found means nothing.
 */
export function duplicateKey(text: string): DuplicateKey | undefined {
  /** For each object or list that is open: where its names stand; a list has none. */
  const open: (Map<string, number> | undefined)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
        open.push(new Map());
        isName = true;
        break;
      case "[":
        open.push(undefined);
        isName = false;
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        isName = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = stringEnd(text, at);
        const first = isName ? noted(open.at(-1), text.slice(at, end), at) : undefined;
        if (first !== undefined) return { first, second: at };
        isName = false;
        at = end - 1;
        break;
      }
      default:
    }
  }
  return undefined;
}

/** Where the name stood before, if it did. One name may be written in several ways. */
function noted(names: Map<string, number> | undefined, written: string, at: number): number | undefined {
  const name = written.includes("\\") ? String(parseJson(written)) : written.slice(1, -1);
  const before = names?.get(name);
  names?.set(name, at);
  return before;
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}
