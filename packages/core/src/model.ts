import { compareText } from "./compare.ts";
import { HoldfastError } from "./errors.ts";
import { entityLayout } from "./entity-layout.ts";
import { checkMirrors } from "./mirrors.ts";
import { Transition } from "./entity-transition.ts";
import type { Entity } from "./entity.ts";
import type { Layout } from "./layout.ts";
import { entityLift } from "./lift.ts";
import type { Lift } from "./lift.ts";

/** What an application keeps in a store: its entities, and the plain data that stores see of them. */
export interface Model<E extends Entity = Entity> {
  readonly entities: readonly E[];
  readonly layout: Layout;
  /** Brings stored documents into the form of this model, so that stores find them by its fields. */
  readonly lift: Lift;
}

/**
 * Checks the declarations, one by one and against one another: names are unique, references and mirrors resolve. A mistake is
 * INVALID_MODEL, in a sentence that names both ends. Where a lifecycle keeps a history, `Transition` is added.
 */
export function defineModel<const E extends readonly Entity[]>(entities: E): Model<E[number]>;
export function defineModel(entities: readonly Entity[]): Model {
  checkList(entities);
  const wantsHistory = entities.some(({ lifecycle }) => lifecycle?.history === true);
  const all = wantsHistory && !entities.includes(Transition) ? [...entities, Transition] : [...entities];
  checkNames(all);
  const types = all.map(entityLayout);
  const names = new Set(types.map(({ type }) => type));
  for (const { type, references } of types) {
    for (const { field, to } of references) {
      if (names.has(to)) continue;
      throw invalid(`"${type}.${field}" refers to "${to}", which is not an entity of the model`, { type, field, to });
    }
  }
  checkMirrors(all, types);
  const layout = { types: types.sort((a, b) => compareText(a.type, b.type)) };
  return { entities: all, layout, lift: entityLift(all) };
}

/** Callers without types hand in anything. */
function checkList(entities: unknown): void {
  const isEntity = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    "fields" in value &&
    "name" in value &&
    typeof value.name === "string";
  if (Array.isArray(entities) && entities.every(isEntity)) return;
  throw invalid("a model is a list of entities, each made by defineEntity", {});
}

function checkNames(entities: readonly Entity[]): void {
  const seen = new Map<string, string>();
  for (const { name } of entities) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw invalid(`entities "${other}" and "${name}" must differ in more than case`, { type: name });
    seen.set(name.toLowerCase(), name);
  }
}

function invalid(message: string, details: Readonly<Record<string, string>>): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_MODEL", details });
}
