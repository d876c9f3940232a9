import type { CheckProblem } from "@holdfast/core";

/** What was found: by the store's own check, or a document that does not fit its schema. */
export type FoundKind = CheckProblem["kind"] | "schema";

const advice: Readonly<Record<FoundKind, string>> = {
  integrity:
    "copy what can be read into a new store (`holdfast copy`), or restore the last backup; of a JSON file, `holdfast recover` shows what can be proven whole. Keep the damaged store, and look after the disk",
  orphan:
    "save the record with another parent or with null there, or create the parent again with the id that it names; `holdfast show` prints the record",
  link: "the reference counts: save the parent with a list that agrees with its children, through its relation, or save the child with the parent that it has",
  layout: "open the store to write with a program whose model knows how to lift these documents: it brings them over",
  schema:
    "correct the documents, or give the entity a new schemaVersion with an upcast from this form; until then a repository gives them only where it is asked to report what does not fit",
  settings: "set what is named as it says; until then the store keeps less than it promises",
};

/** What to do about problems of this kind. */
export function adviceFor(kind: FoundKind): string {
  return advice[kind];
}

/** What to do about each kind of problem that was found, a line each. */
export function adviceLines(kinds: Iterable<FoundKind>): readonly string[] {
  return [...new Set(kinds)].map((kind) => `  ${kind}: ${advice[kind]}`);
}
