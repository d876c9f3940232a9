import { importModule } from "@holdfast/connect";
import { HoldfastError, type OpenOptions } from "@holdfast/core";
import { workflowModel } from "@holdfast/repositories";

type Model = NonNullable<OpenOptions["model"]>;

/** The `model` that a module exports, or the workflow's where none is named. INVALID_CONFIG for a module without one. */
export async function loadModel(specifier: string | undefined): Promise<Model> {
  if (specifier === undefined) return workflowModel;
  const module = await importModule(specifier).catch((cause: unknown) => {
    throw invalid(`the module "${specifier}" could not be loaded`, cause);
  });
  const model = typeof module === "object" && module !== null && "model" in module ? module.model : undefined;
  if (isModel(model)) return model;
  throw invalid(`the module "${specifier}" exports no model: it needs an export named "model", made by defineModel`);
}

/** What `defineModel` makes has a layout of types, and perhaps a lift. */
function isModel(value: unknown): value is Model {
  if (typeof value !== "object" || value === null || !("layout" in value)) return false;
  const { layout } = value;
  return typeof layout === "object" && layout !== null && "types" in layout && Array.isArray(layout.types);
}

function invalid(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG", cause });
}
