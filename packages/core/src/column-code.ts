/**
 * Text columns cannot hold U+0000 (Postgres) or lone surrogates (UTF-8), so text is kept in them in this code: it keeps
 * the order of code points, and one encoded text contains or starts with another exactly where the texts themselves do.
 *
 * Two blocks of code points are escaped, U+0000 to U+0005 and U+D7E0 to U+DFFF (the surrogates and 32 letters below
 * them); all else stands for itself. An escape opens with a character that only opens and goes on with ones that only
 * go on, all of them from the same block: so no part of an escape can be taken for another text.
 */
const low = { first: 0x0000, last: 0x0005, opens: 0x0001, goesOn: 0x0003, digits: 3, length: 1 };
const high = { first: 0xd7e0, last: 0xdfff, opens: 0xd7e0, goesOn: 0xd7e4, digits: 28, length: 2 };
type Block = typeof low;

/** By units, which are soon looked through: where there is none of these, there is nothing to do. */
const mayNeedCode = /[\u0000-\u0005\ud7e0-\udfff]/;
const needsCode = /[\u0000-\u0005\ud7e0-\ud7ff]|\p{Surrogate}/u;
const escapes = /[\u0001\u0002][\u0003-\u0005]|[\ud7e0-\ud7e3][\ud7e4-\ud7ff]{2}/gu;

export function encodeColumnText(text: string): string {
  if (!mayNeedCode.test(text) || !needsCode.test(text)) return text;
  let encoded = "";
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const block = codePoint <= low.last ? low : codePoint >= high.first && codePoint <= high.last ? high : undefined;
    encoded += block === undefined ? character : escape(block, codePoint - block.first);
  }
  return encoded;
}

export function decodeColumnText(encoded: string): string {
  return mayNeedCode.test(encoded) ? encoded.replace(escapes, unescape) : encoded;
}

/**
 * The least encoded text that is above every encoded text with this prefix, or undefined where there is none:
 * `prefix <= column < bound` is what `startsWith` means.
 */
export function columnPrefixBound(encodedPrefix: string): string | undefined {
  const characters = [...encodedPrefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const codePoint = last.codePointAt(0) ?? 0;
    if (codePoint < 0x10ffff) return characters.join("") + String.fromCodePoint(above(codePoint));
  }
  return undefined;
}

function above(codePoint: number): number {
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1;
}

function escape(block: Block, value: number): string {
  let rest = value;
  let tail = "";
  for (let digit = 0; digit < block.length; digit++) {
    tail = String.fromCodePoint(block.goesOn + (rest % block.digits)) + tail;
    rest = Math.floor(rest / block.digits);
  }
  return String.fromCodePoint(block.opens + rest) + tail;
}

function unescape(sequence: string): string {
  const block = sequence.length === 2 ? low : high;
  let value = sequence.charCodeAt(0) - block.opens;
  for (let at = 1; at < sequence.length; at++) value = value * block.digits + sequence.charCodeAt(at) - block.goesOn;
  return String.fromCharCode(block.first + value);
}
