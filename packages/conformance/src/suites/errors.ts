import assert from "node:assert/strict";

import { errorCodes, HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";

import { behaviour } from "../behaviour.ts";
import type { Theme } from "../behaviour.ts";
import { insert, put, putMatching } from "../ops.ts";
import { failure } from "../refusal.ts";
import { save, wrongly } from "../shorthand.ts";

const secret = "canary-5f0c";

/** Failures of each kind that a program can cause, with a secret wherever a document's content goes. */
async function failures(store: Store): Promise<readonly HoldfastError[]> {
  await save(store, "Account", "holder", { email: secret });
  const view = store.within({ signal: AbortSignal.abort() });
  const refused = await Promise.all([
    failure(store.write([insert("Item", "")])),
    failure(store.write([insert("Item", "x", { rank: secret })])),
    failure(store.write([insert("Item", "x", { name: secret.repeat(100) })])),
    failure(store.write([insert("Item", "x", wrongly({ secret, at: new Map([[secret, secret]]) }))])),
    failure(store.write([insert("Item", "x", { text: secret.repeat(1_000_000) })])),
    failure(store.write([insert("Account", "other", { email: secret, note: secret })])),
    failure(store.write([insert("Child", "orphan", { parentId: "none", note: secret })])),
    failure(store.write([putMatching("Item", "x", {}, { note: secret })])),
    failure(store.find({ type: "Item", where: { note: secret } })),
    failure(store.find({ type: "Item", where: { name: wrongly({ like: secret }) } })),
    failure(store.find({ type: "Item", after: "forged" })),
    failure(view.write([put("Item", "x", { secret })])),
    failure(store.transaction((session) => session.write([insert("Item", "x")]), { readOnly: true })),
  ]);
  const inside = await store.transaction(() => failure(store.count("Item")));
  return [...refused, inside];
}

export const errors: Theme = {
  name: "errors",
  behaviours: [
    behaviour("are HoldfastErrors, known by their brand, with one of the codes", async ({ store }) => {
      const brand = Symbol.for("holdfast.error");
      for (const error of await failures(store)) {
        assert.ok(error instanceof Error && brand in error && HoldfastError.is(error, error.code));
        assert.ok(errorCodes.includes(error.code), error.code);
        assert.equal(error.name, "HoldfastError");
        assert.ok(error.message.length > 0 && error.message.length < 1_000, "the message is a sentence");
      }
    }),
    behaviour("are final, with nothing applied, where the caller is at fault", async ({ store }) => {
      for (const error of await failures(store)) {
        assert.deepEqual([error.code, error.retryable, error.outcome], [error.code, false, "none"]);
      }
    }),
    behaviour("carry plain data as details", async ({ store }) => {
      for (const { code, details } of await failures(store)) {
        assert.deepEqual(JSON.parse(JSON.stringify(details)), details, code);
      }
    }),
    behaviour("show no document's content in message and details", async ({ store }) => {
      for (const { code, message, details } of await failures(store)) {
        assert.ok(!message.includes(secret), `${code} shows it in its message: ${message}`);
        assert.ok(!JSON.stringify(details).includes(secret), `${code} shows it in its details`);
      }
    }),
    behaviour("name the type and the record that an entity's fault is in", async ({ store }) => {
      const error = await failure(store.write([insert("Item", "at-fault", { rank: "high" })]), "INVALID_ENTITY");
      assert.deepEqual(
        [error.details["type"], error.details["id"], error.details["path"]],
        ["Item", "at-fault", ["rank"]],
      );
    }),
    behaviour("reject a promise, and are never thrown before it", async ({ store }) => {
      const bad = wrongly<never>(null);
      const calls = [
        () => store.get(bad, bad),
        () => store.find(bad),
        () => store.count(bad),
        () => store.countBy(bad, bad),
        () => store.write(bad),
        () => store.transaction(bad),
        () => store.transaction((session) => session.write(bad)),
      ];
      for (const call of calls) {
        const promise = call();
        assert.ok(promise instanceof Promise);
        await assert.rejects(promise);
      }
    }),
  ],
};
