import { defineEntity, defineModel } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { StorageManager, workflowModel } from "@holdfast/repositories";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { eachInFolder } from "./managers.ts";
import { collected, failureOf } from "./support.ts";

describe("a storage manager and its place", () => {
  let folder: string;
  eachInFolder((made) => (folder = made));

  test("is one and the same for all names of one path: relative, absolute, as a URL, through a link", async () => {
    await mkdir("real");
    await symlink("real", "link");
    await symlink(path.join(folder, "real/entities.json"), "direct.json");
    await using manager = new StorageManager("real/entities.json");
    const names = ["./real/entities.json", "real/../real/entities.json", path.join(folder, "real/entities.json")];
    for (const name of [...names, "json:real/entities.json", "link/entities.json", "./direct.json"]) {
      expect(new StorageManager(name)).toBe(manager);
    }
    await manager.saveObject("Test", { id: "a" });
    expect(new StorageManager("link/entities.json")).toBe(manager);
    process.chdir("real");
    expect(new StorageManager("entities.json")).toBe(manager);
    process.chdir(folder);
  });

  test("is another one for another path, with objects of its own", async () => {
    await using one = new StorageManager("one.json");
    await using other = new StorageManager("other.json");
    await using sqlite = new StorageManager("sqlite:one.db");
    expect(new Set([one, other, sqlite]).size).toBe(3);
    await one.saveObject("Test", { id: "a" });
    expect([await other.getObjects("Test"), await sqlite.getObjects("Test")]).toEqual([[], []]);
    expect((await readdir(folder)).filter((name) => /^(?:one|other)\.(?:json|db)$/.test(name)).sort()).toEqual([
      "one.db",
      "one.json",
      "other.json",
    ]);
  });

  test("is its own for each memory", async () => {
    await using one = new StorageManager(":memory:");
    await using other = new StorageManager("memory:");
    await one.saveObject("Test", { id: "a" });
    expect(await other.getObjects("Test")).toEqual([]);
  });

  test("keeps to the path that it was made with, wherever the process goes before the first call", async () => {
    await mkdir("elsewhere");
    await using manager = new StorageManager("entities.json");
    process.chdir("elsewhere");
    await manager.saveObject("Test", { id: "a" });
    process.chdir(folder);
    expect(await readdir("elsewhere")).toEqual([]);
    expect(await readdir(".")).toContain("entities.json");
  });

  test("is closed for good, twice without harm, and a new one opens afresh", async () => {
    const first = new StorageManager("entities.json");
    await first.saveObject("Test", { id: "a" });
    const closing = first.close();
    await using second = new StorageManager("entities.json");
    expect(second).not.toBe(first);
    expect(await second.getObjects("Test")).toEqual([{ id: "a" }]);
    await Promise.all([closing, first.close()]);
    for (const call of [
      first.getObjects("Test"),
      first.getObjectById("Test", "a"),
      first.saveObject("Test", { id: "a" }),
      first.deleteObject("Test", "a"),
      first.resetStorage(),
      first.getCasesForJob("j"),
      first.store(),
      first.transaction(async () => 1),
      collected(first.eachObject("Test")),
    ]) {
      expect((await failureOf(call)).code).toBe("STORE_CLOSED");
    }
    expect(new StorageManager("entities.json")).toBe(second);
    expect(await second.getObjects("Test")).toEqual([{ id: "a" }]);
  });

  test("may be closed before it was ever opened, and then makes no file", async () => {
    const manager = new StorageManager("entities.json");
    await manager.close();
    expect((await failureOf(manager.getObjects("Test"))).code).toBe("STORE_CLOSED");
    expect(await readdir(folder)).toEqual([]);
  });

  test("waits for all that were made for its place before, also where one of them was never opened", async () => {
    const first = new StorageManager("entities.json");
    const saving = Array.from({ length: 50 }, async (_, n) => first.saveObject("Test", { id: String(n) }));
    const closing = [first.close(), new StorageManager("entities.json").close()];
    await using third = new StorageManager("entities.json");
    expect(await third.getObjects("Test")).toHaveLength(50);
    await Promise.all([...saving, ...closing]);
  });

  test("closes behind the calls that it accepted", async () => {
    const manager = new StorageManager("entities.json");
    const saves = Array.from({ length: 20 }, async (_, n) => manager.saveObject("Test", { id: String(n) }));
    await manager.close();
    await Promise.all(saves);
    await using again = new StorageManager("entities.json");
    expect(await again.getObjects("Test")).toHaveLength(20);
  });

  test("opens once, however many first calls come together", async () => {
    await using manager = new StorageManager("entities.json");
    const stores = await Promise.all(Array.from({ length: 10 }, async () => manager.store()));
    expect(new Set(stores).size).toBe(1);
  });

  test("tells why it could not open, and opens with the next call once that is mended", async () => {
    await writeFile("data", "a file where a folder is needed");
    await using manager = new StorageManager("data/entities.json");
    await failureOf(manager.getObjects("Test"));
    await using other = new StorageManager("fine/entities.json");
    await writeFile("fine", "");
    await failureOf(other.saveObject("Test", { id: "a" }));
    await rm("fine");
    await other.saveObject("Test", { id: "a" });
    expect(await other.getObjects("Test")).toEqual([{ id: "a" }]);
  });

  test("of a file that is damaged says so, leaves it as it is, and opens once it is mended", async () => {
    const manager = new StorageManager("entities.json");
    await manager.saveObject("Test", { id: "a" });
    await manager.close();
    const whole = await readFile("entities.json", "utf8");
    await writeFile("entities.json", whole.slice(0, -20));
    await using damaged = new StorageManager("entities.json");
    expect((await failureOf(damaged.resetStorage())).code).toBe("STORE_CORRUPT");
    expect(await readFile("entities.json", "utf8")).toBe(whole.slice(0, -20));
    await writeFile("entities.json", whole);
    expect(await damaged.getObjects("Test")).toEqual([{ id: "a" }]);
  });

  test("has its own file for a path whatever its ending, in a form that people can read", async () => {
    await using manager = await StorageManager.open("notes");
    await manager.saveObject("Note", { id: "a", text: "hello" });
    await manager.close();
    expect(await readFile("notes", "utf8")).toContain('"text":"hello"');
  });

  test("takes its options from whoever makes it first, and refuses others until it is closed", async () => {
    const Note = defineEntity({ name: "Note", schema: z.object({ text: z.string() }), indexes: [["text"]] });
    const model = defineModel([...workflowModel.entities, Note]);
    await using manager = new StorageManager("entities.json", { model, durability: "process-crash" });
    expect(new StorageManager("entities.json")).toBe(manager);
    expect(new StorageManager("entities.json", { model })).toBe(manager);
    expect(() => new StorageManager("entities.json", { model: workflowModel })).toThrow(
      expect.objectContaining({ code: "INVALID_CONFIG", details: { option: "model" } }),
    );
    await using plain = new StorageManager("plain.json");
    expect(new StorageManager("plain.json", { model: workflowModel })).toBe(plain);
    await manager.saveObject("Note", { id: "a", text: "hello" });
    expect(await (await manager.store()).count("Note", { text: "hello" })).toBe(1);
  });

  test.each(["", "  ", "folder/", "a\u0000b", "nobody:knows"])("refuses %j, which names no place", async (target) => {
    const opening = async (): Promise<StorageManager> => StorageManager.open(target);
    expect((await failureOf(opening())).code).toBe("INVALID_CONFIG");
  });

  test("shows no password in its URL", () => {
    expect(new StorageManager("postgres://me:hunter2@nowhere.invalid/db").url).toBe(
      "postgres://me:***@nowhere.invalid/db",
    );
  });

  test("shares the place of the environment, also where that is memory", async () => {
    vi.stubEnv("HOLDFAST_STORE", "memory:");
    await using manager = new StorageManager();
    expect(new StorageManager()).toBe(manager);
    expect(new StorageManager("memory:")).not.toBe(manager);
  });

  test("gives objects in the newest form that its model knows, and keeps that form", async () => {
    const schema = z.object({ title: z.string() });
    const Old = defineEntity({ name: "Note", schema: z.object({ text: z.string() }) });
    const upcast = { 1: ({ text, ...rest }: JsonObject): JsonObject => ({ ...rest, title: text ?? "" }) };
    const New = defineEntity({ name: "Note", schema, schemaVersion: 2, upcast });
    const before = new StorageManager("entities.json", { model: defineModel([...workflowModel.entities, Old]) });
    await before.saveObject("Note", { id: "a", text: "hello", more: 1 });
    await before.close();
    await using after = new StorageManager("entities.json", { model: defineModel([...workflowModel.entities, New]) });
    expect(await after.getObjectById("Note", "a")).toEqual({ id: "a", title: "hello", more: 1 });
    await after.saveObject("Note", { id: "a", more: 2 });
    const [record] = await (await after.store()).get("Note", ["a"]);
    expect([record?.documentVersion, record?.body]).toEqual([2, { title: "hello", more: 2 }]);
  });
});
