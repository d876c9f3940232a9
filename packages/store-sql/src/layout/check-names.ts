import { HoldfastError } from "@holdfast/core";
import type { Layout } from "@holdfast/core";

/** INVALID_MODEL for names that differ only in case, which some databases take for one and the same. */
export function checkNames(layout: Layout): void {
  checkApart(
    layout.types.map(({ type }) => type),
    "types",
  );
  for (const { type, fields } of layout.types)
    checkApart(
      fields.map(({ name }) => name),
      `fields of "${type}"`,
    );
}

function checkApart(names: readonly string[], what: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      throw new HoldfastError(`the ${what} "${twin}" and "${name}" differ only in case`, {
        code: "INVALID_MODEL",
        details: { names: [twin, name] },
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}
