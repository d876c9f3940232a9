import { z } from "zod";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** Any JSON; whether it is any is for the store to check, which looks at every value once. */
export const jsonValue = z.custom<JsonValue>((value) => value !== undefined);

/** Any JSON object. */
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
