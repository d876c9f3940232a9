import type { LayoutPruning } from "@holdfast/core";

import type { Line } from "./write-lines.ts";

/** A plan as a script of SQL; what is only said to people stands in comments. */
export function planText(statements: readonly string[] | undefined): readonly Line[] {
  if (statements === undefined) return ["-- this kind of store has no tables: there is nothing to run"];
  if (statements.length === 0) return ["-- nothing to run"];
  return statements.flatMap((statement) => `${statement};`.split("\n"));
}

/** What goes and what stays, in lines for people. */
export function pruningText({ dropped, kept }: LayoutPruning, mode: "preview" | "apply"): readonly Line[] {
  const none = "everything in the store is declared, or holds records: nothing is dropped";
  const head: Line =
    mode === "preview" ? { tone: "warning", text: "the model does not declare, and --prune drops:" } : "dropped:";
  const stays = kept.map(
    (type) => `kept: type "${type}" is not declared, but it or a type that refers to it holds records`,
  );
  return [...(dropped.length === 0 ? [none] : [head, ...dropped.map((each) => `  ${each}`)]), ...stays];
}
