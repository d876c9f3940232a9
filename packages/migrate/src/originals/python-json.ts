import { compareText, isJsonObject, type JsonObject, type JsonValue } from "@holdfast/core";

import type { Field, Fields } from "./tinydb-fields.ts";

/** Python writes an integer as such up to any size; what JSON's numbers hold exactly goes this far. */
const integerMost = 2 ** 53;
/** The powers of ten between which Python writes a float without one. */
const plainPowers = { from: -4, to: 15 };
const short: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\b", "\\b"],
  ["\f", "\\f"],
]);

/**
 * The text that Python's `json` makes with sorted keys, an indent of 2 and ASCII only: known fields by the names that
 * the original has for them, at every level in the order of their code points.
 */
export function pythonJson(value: JsonValue, indent: string, known?: { field?: Field; fields?: Fields }): string {
  if (typeof value === "string") return asciiText(value);
  if (typeof value === "number") return numberText(value, known?.field);
  if (isList(value))
    return block(
      "[]",
      value.map((each) => pythonJson(each, `${indent}  `, known)),
      indent,
    );
  if (!isJsonObject(value)) return String(value);
  const members = originalNames(value, known?.fields).map(({ name, held, field }) => {
    const inner = field === undefined ? {} : { field, ...(field.within && { fields: field.within }) };
    return `${asciiText(name)}: ${pythonJson(held, `${indent}  `, inner)}`;
  });
  return block("{}", members, indent);
}

/** A string in ASCII, with half surrogate pairs as they stand. */
export function asciiText(text: string): string {
  const escaped = text.replace(/["\\]|[^ -~]/g, (unit) => {
    return short.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

interface Member {
  readonly name: string;
  readonly held: JsonValue;
  readonly field: Field | undefined;
}

/** A field whose original name is taken by another keeps its own. */
function originalNames(value: JsonObject, fields: Fields | undefined): readonly Member[] {
  return Object.entries(value)
    .map(([to, held]) => {
      const field = fields?.byTo.get(to);
      const isTaken = field !== undefined && field.name !== to && Object.hasOwn(value, field.name);
      return { name: field === undefined || isTaken ? to : field.name, held, field };
    })
    .sort((a, b) => compareText(a.name, b.name));
}

function block(brackets: "[]" | "{}", items: readonly string[], indent: string): string {
  if (items.length === 0) return brackets;
  return `${brackets.charAt(0)}\n${indent}  ${items.join(`,\n${indent}  `)}\n${indent}${brackets.charAt(1)}`;
}

/** A number as Python writes it; one that is a float in the original always with a point or a power. */
export function numberText(value: number, field?: Field): string {
  const isInteger = Number.isInteger(value) && Math.abs(value) <= integerMost;
  return isInteger && field?.number !== "float" ? String(value) : floatText(value);
}

/** As Python's `repr` has it: the fewest digits that say which double it is, and always a point or a power. */
function floatText(value: number): string {
  const [digits = "", power = "0"] = Math.abs(value).toExponential().split("e");
  const [exponent, figures, sign] = [Number(power), digits.replace(".", ""), value < 0 ? "-" : ""];
  if (exponent < plainPowers.from || exponent > plainPowers.to) {
    return `${sign}${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${figures}`;
  const whole = figures.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${figures.slice(exponent + 1) || "0"}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
