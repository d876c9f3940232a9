import assert from "node:assert/strict";

import type { ChangeBatch, Store } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { TenantSession, Theme } from "../behaviour.ts";
import { boxed, turnedAway, withstands } from "../hostile.ts";
import { insert, remove } from "../ops.ts";
import { failure } from "../refusal.ts";
import { Replica } from "../replica.ts";
import { hostilePlaces, placeIn, resealed } from "../reseal.ts";
import { range, save, show, wrongly, writeAll } from "../shorthand.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A token with one bit of each of its characters turned, cut at each length, and written in other ways. */
function damaged(token: string): readonly string[] {
  const flipped = [...token].map((character, at) => {
    const other = alphabet[alphabet.indexOf(character) ^ (1 << (at % 6))] ?? "";
    return `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
  });
  const bytes = Buffer.from(token, "base64url");
  return [
    ...flipped,
    ...range(token.length).map((length) => token.slice(0, length)),
    ...["=", "==", " ", "\n", "\0", "A", "%3D", "\ufeff"].flatMap((more) => [`${token}${more}`, `${more}${token}`]),
    bytes.toString("hex"),
    bytes.toString("utf8"),
    `${token.slice(0, 8)}\n${token.slice(8)}`,
    `'${token}'`,
    [...token].reverse().join(""),
    Buffer.from(`${bytes.toString("utf8")} `).toString("base64url"),
    Buffer.from(bytes.toString("utf8").replace(",", ", ")).toString("base64url"),
    "'; DROP TABLE x; --",
  ];
}

const strangers: readonly unknown[] = [7, null, {}, [], true, 1n, Symbol("token"), boxed("token"), () => "token"];

async function page(store: TenantSession): Promise<string> {
  const { next = "" } = await store.find({ type: "Item", limit: 1, orderBy: [{ field: "rank", direction: "asc" }] });
  return next;
}

async function taken(batches: AsyncIterable<ChangeBatch>): Promise<void> {
  for await (const batch of batches) if (!batch.caughtUp) break;
}

async function withCursors(store: Store): Promise<readonly string[]> {
  await writeAll(
    store,
    range(1_005).map((at) => insert(at % 2 === 0 ? "Note" : "Item", `c${at}`)),
  );
  await writeAll(store, [remove("Note", "c0")]);
  const { batches } = await new Replica().catchUp(store);
  return batches.map(({ next }) => next);
}

export const hostileTokens: Theme = {
  name: "hostile tokens",
  behaviours: [
    withstands("refuses a page token with any bit turned, cut anywhere, or written in another way", async (store) => {
      await writeAll(store, [insert("Item", "p0", { rank: 5 }), insert("Item", "p1", { rank: 6 })]);
      const token = await page(store);
      const orderBy = [{ field: "rank", direction: "asc" as const }];
      for (const bad of [...damaged(token), ...strangers.map((each) => wrongly<string>(each))]) {
        await turnedAway(() => store.find({ type: "Item", orderBy, after: bad }), "INVALID_CURSOR");
        await turnedAway(() => store.find({ type: "Item", orderBy, before: bad }), "INVALID_CURSOR");
      }
      assert.equal((await store.find({ type: "Item", orderBy, after: token })).records.length, 2);
      await writeAll(store, [remove("Item", "p0"), remove("Item", "p1")]);
    }),
    withstands("refuses a page token whose place was exchanged under the right seal", async (store) => {
      await save(store, "Item", "p0", { rank: 5, name: "n", done: true });
      for (const field of ["rank", "done", "createdAt", "id"]) {
        const orderBy = [{ field, direction: "asc" as const }];
        const { next: token = "" } = await store.find({ type: "Item", limit: 1, orderBy });
        const fields = field === "id" ? ["id"] : [field, "id"];
        const order = fields.map((each) => ({ field: each, descending: false }));
        const scope = [store.tenantName, "Item", { kind: "constant", value: true }, order];
        for (const place of hostilePlaces(placeIn(token))) {
          const after = resealed(token, scope, place);
          // A place where a record could stand is answered for, be one there or not.
          const found = store.find({ type: "Item", orderBy, after });
          const refusal = await found.then(
            () => undefined,
            () => turnedAway(() => found, "INVALID_CURSOR"),
          );
          const fits = place.length === fields.length && fields.every((each, at) => canStand(each, place[at]));
          assert.equal(refusal === undefined, fits, `${field}: ${show(place)}`);
        }
      }
      await writeAll(store, [remove("Item", "p0")]);
    }),
    behaviour(
      "refuses a change cursor with any bit turned, cut anywhere, or written in another way",
      async ({ store }) => {
        const cursors = await withCursors(store);
        for (const bad of [...cursors.flatMap(damaged), ...strangers.map((each) => wrongly<string>(each))]) {
          await turnedAway(() => taken(store.changes(bad)), "INVALID_CURSOR");
        }
        for (const cursor of cursors) await taken(store.changes(cursor));
      },
    ),
    behaviour(
      "answers for a change cursor whose place was exchanged, or refuses it in its own words",
      async ({ store }) => {
        const [cursor = ""] = await withCursors(store);
        for (const place of hostilePlaces(placeIn(cursor))) {
          const forged = resealed(cursor, ["changes", store.tenantName], place);
          const call = taken(store.changes(forged));
          await call.catch(async () => {
            const { cause } = await failure(call, "INVALID_CURSOR", "FEED_EXPIRED");
            assert.equal(cause, undefined, show(place));
          });
        }
        await save(store, "Item", "afterwards");
        await (await new Replica().catchUp(store)).equals(store, "Item", "Note");
      },
    ),
  ],
};

const kinds: Readonly<Record<string, string>> = { rank: "number", name: "string", done: "boolean", id: "string" };

/** Whether a record could have this value in a field of an order. */
function canStand(field: string, value: unknown): boolean {
  if (field === "version" || field === "createdAt") return Number.isSafeInteger(value);
  return typeof value === kinds[field] || (value === null && field !== "id");
}
