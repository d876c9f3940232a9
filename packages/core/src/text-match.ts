/** `startsWith` over code points: half of a surrogate pair matches nothing. */
export function startsWithText(text: string, prefix: string): boolean {
  return text.startsWith(prefix) && !splitsPair(text, prefix.length);
}

/** `includes` over code points: half of a surrogate pair matches nothing. */
export function containsText(text: string, part: string): boolean {
  let at = text.indexOf(part);
  while (at !== -1) {
    if (!splitsPair(text, at) && !splitsPair(text, at + part.length)) return true;
    at = text.indexOf(part, at + 1);
  }
  return false;
}

function splitsPair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
