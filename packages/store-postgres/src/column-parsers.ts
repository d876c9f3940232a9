import type { CustomTypesConfig } from "pg";

type Parse = (text: string) => unknown;

const asText: Parse = (text) => text;
/** By the types' own numbers. Whatever is not listed stays text: documents above all, to the byte. */
const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (text) => text === "t"],
  [20, Number],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
]);

/** How columns of a type become values: whole numbers of 64 bits are below 2^53 here, so they are numbers. */
export function columnParser(type: number): Parse {
  return parsers.get(type) ?? asText;
}

/** The same, as pg takes it. */
export const columnParsers: CustomTypesConfig = { getTypeParser: columnParser };
