import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const migrate = "@holdfast/migrate";

/** Of files in TinyDB's format, their import and their export. */
export const tinyDbMutants: readonly Mutant[] = [
  {
    name: "large-integers-rounded",
    breaks: "an integer that no double holds is never rounded in silence",
    file: "packages/migrate/src/originals/json-scanner.ts",
    find: "  return exact > integerMost || exact < -integerMost ? exact : Number(exact);",
    replace: "  return Number(exact);",
    finder: own(migrate, "originals/tinydb-values", "are changed, and each is told with its path"),
  },
  {
    name: "left-over-untold",
    breaks: "what stands behind the end of a file's data is reported",
    file: "packages/migrate/src/originals/tinydb-reader.ts",
    find: "    if (leftOver !== undefined) {",
    replace: '    if (leftOver !== undefined && leftOver.what !== "a remainder") {',
    finder: own(migrate, "originals/tinydb-damage", "what a shorter file left of a longer one"),
  },
  {
    name: "made-ids-collide",
    breaks: "what referred to nothing does not come to refer to something",
    file: "packages/migrate/src/originals/tinydb-ids.ts",
    find: "for (const text of [...rows.map(({ id }) => id), ...references])",
    replace: "for (const text of rows.map(({ id }) => id))",
    finder: own(migrate, "originals/tinydb-values", "do not come to be what a reference names"),
  },
  {
    name: "references-not-followed",
    breaks: "what refers to a row whose id became a text refers to that text",
    file: "packages/migrate/src/originals/tinydb-row.ts",
    find: "  if (field.link !== undefined) return convertLink(value, field.link, spot);\n",
    replace: "",
    finder: own(migrate, "originals/tinydb-values", "that are no texts become texts"),
  },
  {
    name: "rows-by-number",
    breaks: "records follow each other as the original lists its rows",
    file: "packages/migrate/src/originals/tinydb-tables.ts",
    find: "rows: rows.toSorted(byText)",
    replace: "rows: rows.toSorted(byNumber)",
    finder: own(migrate, "originals/tinydb", "records stand in the order of document numbers as texts"),
  },
  {
    name: "secrets-quoted",
    breaks: "a secret that is to be replaced stands in no report",
    file: "packages/migrate/src/originals/tinydb-reader.ts",
    find: "    if (!redact) return { was:",
    replace: "    if (!redact || fields !== undefined) return { was:",
    finder: own(migrate, "originals/tinydb-values", "secrets are replaced where that is asked for"),
  },
  {
    name: "other-record-unchanged",
    breaks: "a record that the store holds otherwise is reported, and not taken for the same",
    file: "packages/migrate/src/originals/import-writer.ts",
    find: "if (JSON.stringify(held[at]?.body) === JSON.stringify(row.record.body)) this.#unchanged++;",
    replace: "if (held[at]?.id === row.record.id) this.#unchanged++;",
    finder: own(migrate, "originals/import-tinydb", "what the store holds otherwise"),
  },
  {
    name: "whole-floats-as-integers",
    breaks: "an export has floats where the original has them",
    file: "packages/migrate/src/originals/tinydb-fields.ts",
    find: 'field("total_cost", { number: "float", notFinite: 0 })',
    replace: 'field("total_cost", { number: "integer", notFinite: 0 })',
    finder: own(migrate, "originals/import-tinydb", "an export has the names, numbers and order"),
  },
];
