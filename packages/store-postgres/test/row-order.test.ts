import { expect, test } from "vitest";

import { openPostgresStore } from "../src/open.ts";
import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";

const admin = adminClient();

test("a batch is put in the order of its keys, so that two over the same keys never wait for each other in a circle", async () => {
  const url = freshUrl();
  const ids = ["m", "z", "a", "q", "c"];
  const put = (id: string) => ({ put: { type: "Row", id, documentVersion: 1, body: {} }, expect: "any" as const });
  const layout = { types: [{ type: "Row", schemaVersion: 1, fields: [], indexes: [], references: [] }] };
  await using store = await openPostgresStore(url, { model: { layout } });
  await store.write(ids.map(put));
  const schema = new URL(url).searchParams.get("schema") ?? "";
  const { rows } = await admin.query<{ id: string }>(`select _id as id from "${schema}"."Row" order by ctid`);
  expect(rows.map(({ id }) => id)).toEqual(ids.toSorted());
});
