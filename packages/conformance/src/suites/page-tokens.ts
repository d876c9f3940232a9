import assert from "node:assert/strict";

import type { Query } from "@holdfast/core";

import { anywhere, behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert } from "../ops.ts";
import { failure } from "../refusal.ts";
import { range, show, wrongly, writeAll } from "../shorthand.ts";

export const pageTokens: Theme = {
  name: "page tokens that are refused",
  behaviours: [
    anywhere("refuses a token that was altered or made up", async ({ store }) => {
      await writeAll(
        store,
        range(3).map((at) => insert("Note", `f${at}`)),
      );
      const { next = "" } = await store.find({ type: "Note", limit: 1 });
      const middle = Math.floor(next.length / 2);
      const altered = `${next.slice(0, middle)}${next[middle] === "A" ? "B" : "A"}${next.slice(middle + 1)}`;
      const made = Buffer.from(JSON.stringify(["x", [0, "f0"]])).toString("base64url");
      const bad = [
        "",
        "x",
        altered,
        next.slice(0, -4),
        `${next}${next}`,
        made,
        "'; --",
        "\0",
        "e30",
        "a".repeat(1_000_000),
      ];
      for (const token of [...bad, 1, null, {}, [next], true]) {
        for (const place of [{ after: wrongly<string>(token) }, { before: wrongly<string>(token) }]) {
          assert.equal((await failure(store.find({ type: "Note", ...place }))).code, "INVALID_CURSOR", show(token));
        }
      }
    }),
    behaviour("refuses a token of another query, type or tenant", async ({ store }) => {
      const other = store.tenant(`${store.tenantName}-other`);
      for (const view of [store, other]) {
        await writeAll(
          view,
          range(3).map((at) => insert("Item", `t${at}`, { rank: at, name: "n" })),
        );
        await writeAll(
          view,
          range(3).map((at) => insert("Memo", `t${at}`)),
        );
      }
      const query: Query = {
        type: "Item",
        where: { name: "n" },
        orderBy: [{ field: "rank", direction: "asc" }],
        limit: 1,
      };
      const { next: after = "" } = await store.find(query);
      assert.equal(
        (await store.find({ ...query, limit: 2, after })).records.length,
        2,
        "another limit is the same query",
      );
      const strangers: readonly Query[] = [
        { ...query, where: { name: "m" }, after },
        { type: "Item", orderBy: query.orderBy ?? [], limit: 1, after },
        { ...query, orderBy: [{ field: "rank", direction: "desc" }], after },
        { ...query, orderBy: [{ field: "name", direction: "asc" }], after },
        { type: "Memo", limit: 1, after },
      ];
      for (const stranger of strangers) {
        assert.equal((await failure(store.find(stranger))).code, "INVALID_CURSOR", show(stranger));
      }
      await failure(other.find({ ...query, after }), "INVALID_CURSOR");
    }),
    anywhere("refuses two tokens at once", async ({ store }) => {
      await writeAll(
        store,
        range(3).map((at) => insert("Note", `b${at}`)),
      );
      const { next = "" } = await store.find({ type: "Note", limit: 1 });
      await failure(
        store.find({ type: "Note", limit: 1, after: next, before: next }),
        "INVALID_QUERY",
        "INVALID_CURSOR",
      );
    }),
  ],
};
