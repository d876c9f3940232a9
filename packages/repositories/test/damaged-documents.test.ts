import { DatabaseSync } from "node:sqlite";

import { repository } from "@holdfast/repositories";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { model, Note } from "./entities.ts";
import { collected, failureOf } from "./support.ts";

const files = storesUnderTest().filter(({ name }) => name === "sqlite");

describe.each(files)("a document that somebody has damaged by hand, on $name", (target) => {
  test("fails what meets it, or is reported, and the others stay readable", async () => {
    await using store = await target.open({ model });
    const notes = repository(Note, store);
    for (const id of ["n1", "n2", "n3"]) await notes.create({ id, text: id });
    const client = new DatabaseSync(target.urlOf(store).replace("sqlite:", ""));
    client.exec(`update "Note" set _body = 'no document' where _id = 'n2'`);
    client.close();

    const corrupt = { code: "STORE_CORRUPT", details: { type: "Note", id: "n2" } };
    expect(await failureOf(notes.get("n2"))).toMatchObject(corrupt);
    expect(await failureOf(notes.find())).toMatchObject(corrupt);
    expect((await notes.get("n3"))?.text).toBe("n3");

    const page = await notes.find({ onInvalid: "report" });
    expect(page.items.map(({ id }) => id)).toEqual(["n1", "n3"]);
    expect(page.invalid).toMatchObject([{ id: "n2", error: corrupt }]);
    const each = notes.each({ onInvalid: "report" });
    expect((await collected(each)).map(({ id }) => id)).toEqual(["n1", "n3"]);
    expect(each.invalid).toMatchObject([{ id: "n2", error: corrupt }]);
  });
});
