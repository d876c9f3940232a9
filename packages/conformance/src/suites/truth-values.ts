import type { Scalar } from "@holdfast/core";

/** Fields of the three kinds that an index can have. */
export type Field = "name" | "rank" | "done";

/** Stored in a field of one kind; `undefined` stands for a record without the field. */
export const storedValues: Readonly<Record<Field, readonly (Scalar | undefined)[]>> = {
  name: [undefined, null, ...storedTexts()],
  rank: [undefined, null, ...storedNumbers()],
  done: [undefined, null, true, false],
};

/** Operands that a field of that kind can never hold, and null. */
export const otherKinds: Readonly<Record<Field, readonly Scalar[]>> = {
  name: [null, 5, 0, true],
  rank: [null, "5", "", "0", false, -0],
  done: [null, "true", "", 0, 1],
};

/** Everything to compare a field with. */
export function operandsOf(field: Field): readonly Scalar[] {
  return [...storedValues[field].filter((value) => value !== undefined), ...otherKinds[field]];
}

export function listsOf(field: Field): readonly (readonly Scalar[])[] {
  const operands = operandsOf(field);
  const some = [[], [null], operands, otherKinds[field], operands.slice(2, 5), [...operands.slice(1, 4), null]];
  return [...some, ...operands.map((each) => [each])];
}

export function storedTexts(): readonly string[] {
  const plain = "a A aa ab b a% a%b a_b % _ \\ a\\b ' \" * [a] null 5 true 10 9 i I ß ss ı É é e\u0301".split(" ");
  const blank = ["", " ", "a ", "\n", "\x7f"];
  // Around what text columns cannot hold, and around the codes that stand for it there.
  const low = "\0|\0\0|\x01|\x02|\x03|\x01\x02|\x01\x03|\x02\x04|\x05|\x06|a\0b|a\0".split("|");
  const high = "\ud7df|\ud7e0|\ud7e4|\ud7e0\ud7e4\ud7e4|\ud7ff|\ue000|\ufffd|\uffff|\u{10000}|\u{10ffff}".split("|");
  const halves = "\ud83d|\ude00|\u{1f600}|\u{1f601}|\ud83da|a\ude00|\ude00\ud83d".split("|");
  return [...plain, ...blank, ...low, ...high, ...halves];
}

function storedNumbers(): readonly number[] {
  const small = [0, 1, -1, 1.5, 5, 9, 10, -10, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e-7];
  const limits = [Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 1e21, 1e300];
  return [...small, ...limits, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 2 ** 64];
}
