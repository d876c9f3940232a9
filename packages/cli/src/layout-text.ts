import type { LayoutPruning } from "@holdfast/core";

/** A plan as a script of SQL; what is only said to people stands in comments. */
export function planText(statements: readonly string[] | undefined): string {
  if (statements === undefined) return "-- this kind of store has no tables: there is nothing to run";
  if (statements.length === 0) return "-- nothing to run";
  return statements.map((statement) => `${statement};`).join("\n");
}

/** What goes and what stays, in lines for people. */
export function pruningText({ dropped, kept }: LayoutPruning, mode: "preview" | "apply"): string {
  const none = "everything in the store is declared, or holds records: nothing is dropped";
  const head = mode === "preview" ? "the model does not declare, and --prune drops:" : "dropped:";
  const stays = kept.map(
    (type) => `kept: type "${type}" is not declared, but it or a type that refers to it holds records`,
  );
  return [...(dropped.length === 0 ? [none] : [head, ...dropped.map((each) => `  ${each}`)]), ...stays].join("\n");
}
