import { corruptText } from "./text-damage.ts";

/** The characters between values, as bytes. */
export const mark = { comma: 0x2c, colon: 0x3a, openObject: 0x7b, closeObject: 0x7d, openList: 0x5b, closeList: 0x5d };

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const escapes: ReadonlyMap<number, string> = new Map([
  [quote, '"'],
  [backslash, "\\"],
  [0x2f, "/"],
  [0x62, "\b"],
  [0x66, "\f"],
  [0x6e, "\n"],
  [0x72, "\r"],
  [0x74, "\t"],
]);
const words: readonly (readonly [Buffer, null | boolean | number])[] = [
  [Buffer.from("null"), null],
  [Buffer.from("true"), true],
  [Buffer.from("false"), false],
  [Buffer.from("NaN"), Number.NaN],
  [Buffer.from("Infinity"), Number.POSITIVE_INFINITY],
  [Buffer.from("-Infinity"), Number.NEGATIVE_INFINITY],
];

/** Integers up to here are numbers: each is a double of its own. */
const integerMost = 2n ** 53n;

/** Reads the tokens of a JSON text of Python's, one after the other. STORE_CORRUPT with the place where there is none. */
export class JsonScanner {
  readonly bytes: Buffer;
  /** The next byte. */
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  skipSpace(): void {
    for (let byte = this.#next(); byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = this.#next())
      this.at++;
  }

  /** Whether this character comes next, white space aside; then it is passed. */
  take(character: number): boolean {
    this.skipSpace();
    if (this.#next() !== character) return false;
    this.at++;
    return true;
  }

  expect(character: number): void {
    if (!this.take(character))
      throw this.unexpected(`no "${String.fromCharCode(character)}" where there has to be one`);
  }

  /** The name of an object's next value, and the colon behind it. */
  readName(): string {
    this.skipSpace();
    if (this.#next() !== quote) throw this.unexpected("no name where there has to be one");
    const name = this.#readString();
    this.expect(mark.colon);
    return name;
  }

  /** A value that is neither object nor list. */
  readScalar(): null | boolean | string | number | bigint {
    const byte = this.#next();
    if (byte === quote) return this.#readString();
    if (isDigit(byte)) return this.#readNumber();
    for (const [word, value] of words) {
      if (byte !== word[0] || !this.bytes.subarray(this.at, this.at + word.length).equals(word)) continue;
      this.at += word.length;
      return value;
    }
    if (byte === minus) return this.#readNumber();
    throw this.unexpected("no value where there has to be one");
  }

  unexpected(reason: string): Error {
    if (this.isAtEnd) return corruptText(this.bytes, this.at, "it ends inside of a value");
    return corruptText(this.bytes, this.at, this.#next() === 0 ? "a NUL byte" : reason);
  }

  #next(): number | undefined {
    return this.bytes[this.at];
  }

  #readString(): string {
    let text = "";
    this.at++;
    for (;;) {
      text += this.#readPlain();
      const byte = this.#next();
      if (byte === undefined || byte < 32) throw this.unexpected("a control character inside of a string");
      this.at++;
      if (byte === quote) return text;
      text += this.#readEscape();
    }
  }

  /** What stands before the next escape or the end of a string. */
  #readPlain(): string {
    const start = this.at;
    let [at, bits] = [start, 0];
    for (let byte = this.bytes[at]; byte !== undefined && byte >= 32; byte = this.bytes[++at]) {
      if (byte === quote || byte === backslash) break;
      bits |= byte;
    }
    this.at = at;
    if (at === start) return "";
    return bits < 0x80 ? this.bytes.toString("latin1", start, at) : this.bytes.toString("utf8", start, at);
  }

  #readEscape(): string {
    const byte = this.#next();
    const plain = byte === undefined ? undefined : escapes.get(byte);
    if (plain !== undefined) {
      this.at++;
      return plain;
    }
    let unit = byte === 0x75 ? 0 : -1;
    for (let digit = 1; digit <= 4 && unit >= 0; digit++) unit = withDigit(unit, this.bytes[this.at + digit]);
    if (unit < 0) throw this.unexpected("an escape that JSON has not");
    this.at += 5;
    return String.fromCharCode(unit);
  }

  #readNumber(): number | bigint {
    const start = this.at;
    if (this.#next() === minus) this.at++;
    const leading = this.#next();
    this.#passDigits();
    if (leading === 0x30 && this.at - start > (this.bytes[start] === minus ? 2 : 1)) {
      this.at = start;
      throw this.unexpected("a number that begins with 0");
    }
    const isFraction = this.#next() === 0x2e;
    if (isFraction) {
      this.at++;
      this.#passDigits();
    }
    const isPower = this.#next() === 0x65 || this.#next() === 0x45;
    if (isPower) {
      this.at++;
      if (this.#next() === minus || this.#next() === 0x2b) this.at++;
      this.#passDigits();
    }
    const text = this.bytes.toString("latin1", start, this.at);
    return isFraction || isPower ? Number(text) : integer(text);
  }

  #passDigits(): void {
    if (!isDigit(this.#next())) throw this.unexpected("a number without a digit where there has to be one");
    while (isDigit(this.#next())) this.at++;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** One more hexadecimal digit; below 0 where it is none. */
function withDigit(value: number, byte: number | undefined): number {
  const digit = byte === undefined ? -1 : "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? -1 : value * 16 + digit;
}

/** An integer has no negative zero. */
function integer(text: string): number | bigint {
  if (text.length < 16) return Number(text) + 0;
  const exact = BigInt(text);
  return exact > integerMost || exact < -integerMost ? exact : Number(exact);
}
