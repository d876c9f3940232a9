import type { z } from "zod";

type OptionalKey<Shape extends z.core.$ZodShape> = {
  [K in keyof Shape]: Shape[K]["_zod"]["optin"] extends "optional" | "defaulted" ? K : never;
}[keyof Shape];

type DraftObject<Shape extends z.core.$ZodShape, Extra> = {
  readonly [K in Exclude<keyof Shape, OptionalKey<Shape>>]: DraftOfSchema<Shape[K]>;
} & { readonly [K in OptionalKey<Shape>]?: DraftOfSchema<Shape[K]> | undefined } & Extra;

/** The decoded side of a schema, in which keys with defaults may be left out, also those of objects within. */
export type DraftOfSchema<T> =
  T extends z.core.$ZodObject<infer Shape, infer Config>
    ? DraftObject<Shape, Config["out"]>
    : T extends z.core.$ZodArray<infer Element>
      ? readonly DraftOfSchema<Element>[]
      : T extends z.core.$ZodNullable<infer Inner>
        ? DraftOfSchema<Inner> | null
        : T extends z.core.$ZodOptional<infer Inner> | z.core.$ZodDefault<infer Inner>
          ? DraftOfSchema<Inner>
          : z.core.output<T>;
