/** What the original system tested of its repository over a storage that a test brings, one test for each of its own. */
import { defineEntity } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { EntityRepository } from "@holdfast/repositories";
import type { CrudStorage, PlainEntityOf } from "@holdfast/repositories";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

const Fruit = defineEntity({ name: "Fruit", schema: z.object({ name: z.string(), grams: z.number() }) });
type FruitOf = PlainEntityOf<typeof Fruit>;

/** No more than the four methods, synchronous, and null for a miss. */
function plainStorage(): CrudStorage & { readonly kept: Map<string, JsonObject> } {
  const kept = new Map<string, JsonObject>();
  return {
    kept,
    saveObject: (type, object) => kept.set(`${type} ${JSON.stringify(object["id"])}`, object),
    getObjects: (type) => [...kept].filter(([key]) => key.startsWith(`${type} `)).map(([, object]) => object),
    getObjectById: (type, id) => kept.get(`${type} "${id}"`) ?? null,
    deleteObject: (type, id) => kept.delete(`${type} "${id}"`),
  };
}

/** Objects in a spelling of its own. */
class Fruits extends EntityRepository<typeof Fruit> {
  protected override toObject({ id, name, grams }: FruitOf): JsonObject {
    return { id, fruit_name: name, kilograms: grams / 1_000 };
  }

  protected override fromObject({ id, fruit_name, kilograms }: JsonObject): FruitOf {
    return super.fromObject({ id: id ?? "", name: fruit_name ?? "", grams: Number(kilograms) * 1_000 });
  }
}

describe("a repository over any four methods, with its own form of objects", () => {
  let storage: ReturnType<typeof plainStorage>;
  let fruits: Fruits;
  beforeEach(() => {
    storage = plainStorage();
    fruits = new Fruits(Fruit, storage);
  });

  test("gives back by id what was saved in its own form", async () => {
    expect(await fruits.save({ id: "f1", name: "apple", grams: 250 })).toEqual({ id: "f1", name: "apple", grams: 250 });
    expect(await fruits.getById("f1")).toEqual({ id: "f1", name: "apple", grams: 250 });
    expect(storage.kept.get('Fruit "f1"')).toEqual({ id: "f1", fruit_name: "apple", kilograms: 0.25 });
  });

  test("gives an empty list before anything is saved", async () => {
    expect(await fruits.getAll()).toEqual([]);
  });

  test("gives all that was saved", async () => {
    await fruits.save({ id: "f1", name: "apple", grams: 250 });
    await fruits.save({ id: "f2", name: "plum", grams: 50 });
    expect((await fruits.getAll()).map(({ name }) => name)).toEqual(["apple", "plum"]);
  });

  test("deletes what is there, and says so", async () => {
    await fruits.save({ id: "f1", name: "apple", grams: 250 });
    expect(await fruits.delete("f1")).toBe(true);
    expect(await fruits.getById("f1")).toBeUndefined();
  });

  test("says that there was nothing to delete", async () => {
    expect(await fruits.delete("f1")).toBe(false);
  });

  test("gives undefined for an id that is not there", async () => {
    expect(await fruits.getById("f1")).toBeUndefined();
  });
});
