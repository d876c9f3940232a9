import assert from "node:assert/strict";
import { createHash } from "node:crypto";

type Place = readonly unknown[];

/** The place that a token or a cursor holds. There is no secret in one, so anybody can read it, and write another. */
export function placeIn(token: string): Place {
  const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  assert.ok(Array.isArray(parsed) && Array.isArray(parsed[1]), "a token holds a seal and a place");
  return parsed[1];
}

/** The token with another place in it, and the right seal on it. `scope` is what the token belongs to. */
export function resealed(token: string, scope: readonly unknown[], place: Place): string {
  assert.equal(sealed(scope, placeIn(token)), token, "the seal is not made as it is imitated here");
  return sealed(scope, place);
}

function sealed(scope: readonly unknown[], place: Place): string {
  const hash = createHash("sha256").update(JSON.stringify([1, ...scope, place]));
  return Buffer.from(JSON.stringify([hash.digest("base64url").slice(0, 22), place])).toString("base64url");
}

/** The place with each of its values in turn exchanged for something that does not belong there, and cut, and grown. */
export function hostilePlaces(place: Place): readonly Place[] {
  const values = [null, true, "", "'; DROP TABLE x; --", "\0", "\ud83d", "x".repeat(10_000), [1], { a: 1 }];
  const numbers = [-1, 0, 1.5, 1e300, 2 ** 53, "0", "-1", "1e3", "9".repeat(18), "9".repeat(400), "1:1:", "5:3:4"];
  return [
    ...place.flatMap((_value, at) => [...values, ...numbers].map((each) => place.with(at, each))),
    ...place.map((_value, at) => place.slice(0, at)),
    [...place, null],
    [...place, ...place],
  ];
}
