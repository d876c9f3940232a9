import { HoldfastError } from "@holdfast/core";

/** A file of one of the originals. */
export interface OriginalFile {
  readonly original: keyof typeof originals;
  readonly path: string;
}

const originals = {
  tinydb: "tinydb:./data/entities.json",
  "state-store": "state-store:./data/orchestrator.db",
} as const;
const endings: readonly (readonly [RegExp, keyof typeof originals])[] = [
  [/\.json$/i, "tinydb"],
  [/\.(?:db|sqlite3?)$/i, "state-store"],
];

/** The file that `tinydb:<path>` or `state-store:<path>` names; INVALID_CONFIG with what to write instead. */
export function originalFile(text: string, task: "import" | "export"): OriginalFile {
  const scheme = text.slice(0, Math.max(0, text.indexOf(":")));
  const original = scheme === "tinydb" || scheme === "state-store" ? scheme : undefined;
  const path = text.slice(scheme.length + 1);
  if (original !== undefined && path !== "") return { original, path };
  if (original !== undefined) throw invalid(`"${original}:" names no file: write ${originals[original]}`);
  const [, likely] = endings.find(([ending]) => ending.test(text)) ?? [];
  const isPath = /^[^:@=\s]{1,200}$/.test(text);
  const forms = isPath && likely !== undefined ? `"${likely}:${text}"` : Object.values(originals).join(" or ");
  const what =
    task === "import" ? "a file to import is named with what it is" : "a file to export to is named with its form";
  throw invalid(`${what}: ${forms}. To bring one store into another, use "copy"`);
}

function invalid(message: string): HoldfastError {
  return new HoldfastError(message, { code: "INVALID_CONFIG" });
}
