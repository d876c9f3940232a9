import { hash } from "node:crypto";
import { isList } from "./is-list.ts";
import { parseJson } from "./json-object.ts";
import type { Scalar } from "./record.ts";

const charactersMost = 200_000;

/**
 * A place as opaque text, sealed with a hash over the place and all that it belongs to. No secret is in it, so it works
 * after a restart and, where the place does, on another backend.
 */
export function sealedPlace(scope: readonly unknown[], place: readonly Scalar[]): string {
  return Buffer.from(JSON.stringify([seal(scope, place), place])).toString("base64url");
}

/** The place in such a text; undefined for one that is altered, or belongs to something else. */
export function unsealedPlace(scope: readonly unknown[], token: unknown): readonly Scalar[] | undefined {
  if (typeof token !== "string" || token.length > charactersMost) return undefined;
  const parsed = parseJson(Buffer.from(token, "base64url").toString("utf8"));
  if (!isList(parsed) || parsed.length !== 2) return undefined;
  const [, place] = parsed;
  if (!isList(place) || !place.every(isScalar)) return undefined;
  return token === sealedPlace(scope, place) ? place : undefined;
}

function seal(scope: readonly unknown[], place: readonly Scalar[]): string {
  const text = JSON.stringify([1, ...scope, place]);
  return hash("sha256", text, "base64url").slice(0, 22);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
