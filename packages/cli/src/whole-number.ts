import { InvalidArgumentError } from "commander";

/** An option's text as a whole number of at most six digits. */
export function wholeNumber(text: string): number {
  if (/^[0-9]{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number.");
}
