import fastCheck from "fast-check";
import { expect, test } from "vitest";

import { shownUrl } from "../src/store-url.ts";

test.each([
  ["postgres://me:secret@host:5432/app", "postgres://me:***@host:5432/app"],
  ["postgres://me@host/app", "postgres://me@host/app"],
  ["postgres://:secret@host/app", "postgres://:***@host/app"],
  ["postgres://me:se/cr@et#?@host/app", "postgres://me:***@host/app"],
  [
    "postgres://host/app?user=me&password=secret&sslmode=require",
    "postgres://host/app?user=me&password=***&sslmode=require",
  ],
  ["postgres://host/app?user=me&password=se@cret", "postgres://host/app?user=me&password=***"],
  ["json:./data/entities.json", "json:./data/entities.json"],
  ["sqlite:./data/me@home.db", "sqlite:./data/me@home.db"],
])("%s is shown as %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

test("no password is ever shown, whatever characters it is made of", () => {
  const password = fastCheck.string({ minLength: 1, maxLength: 12, unit: "binary" }).map((text) => `<<${text}>>`);
  fastCheck.assert(
    fastCheck.property(password, (secret) => {
      expect(shownUrl(`postgres://me:${secret}@host/app`)).not.toContain(secret);
      expect(shownUrl(`postgres://me:${encodeURIComponent(secret)}@host/app`)).not.toContain(
        encodeURIComponent(secret),
      );
    }),
  );
});
