import { importModule } from "@holdfast/connect";
import { HoldfastError, type Entity, type OpenOptions } from "@holdfast/core";
import { workflowModel } from "@holdfast/repositories";

type Model = NonNullable<OpenOptions["model"]>;

/** The `model` that a module exports, or the workflow's where none is named. INVALID_CONFIG for a module without one. */
export async function loadModel(specifier: string | undefined): Promise<Model> {
  if (specifier === undefined) return workflowModel;
  const module = await importModule(specifier).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`the module "${specifier}" could not be loaded: ${reason}`, cause);
  });
  const model = typeof module === "object" && module !== null && "model" in module ? module.model : undefined;
  if (isModel(model)) return model;
  throw invalid(`the module "${specifier}" exports no model: it needs an export named "model", made by defineModel`);
}

/** The entities of such a model, which know their schemas. INVALID_CONFIG for a model that is a layout alone. */
export async function loadEntities(specifier: string | undefined): Promise<readonly Entity[]> {
  const model = await loadModel(specifier);
  if (hasEntities(model)) return model.entities;
  throw invalid(`the model of "${specifier}" has no entities: make it by defineModel`);
}

function hasEntities(model: Model): model is Model & { readonly entities: readonly Entity[] } {
  return "entities" in model && Array.isArray(model.entities);
}

/** What `defineModel` makes has a layout of types, and perhaps a lift. */
function isModel(value: unknown): value is Model {
  if (typeof value !== "object" || value === null || !("layout" in value)) return false;
  const { layout } = value;
  return typeof layout === "object" && layout !== null && "types" in layout && Array.isArray(layout.types);
}

function invalid(message: string, cause?: unknown): HoldfastError {
  const next = "name a module that Node can import and that has `export const model = defineModel([…])`";
  return new HoldfastError(message, { code: "INVALID_CONFIG", cause, details: { next } });
}
