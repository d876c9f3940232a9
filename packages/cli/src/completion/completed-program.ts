import type { Argument, Command, Option } from "commander";

/**
 * What stands in a place of the command line: a store's URL, a file of one of the originals, a file, one of a few words, or
 * something that no shell can know. `none` is an option without a value.
 */
export type Place =
  | { readonly kind: "none" | "store" | "original" | "file" | "other" }
  | { readonly kind: "choices"; readonly choices: readonly string[] };

export interface CompletedOption {
  /** With its dashes. */
  readonly flag: string;
  readonly description: string;
  readonly place: Place;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** By their order. */
  readonly places: readonly Place[];
}

/** What a URL or a file of an original begins with. */
export const beginnings = {
  store: ["json:", "memory:", "postgres://", "sqlite:"],
  original: ["state-store:", "tinydb:"],
} as const;

const kinds: Readonly<Record<string, "store" | "original" | "file">> = {
  url: "store",
  "form:path": "original",
  file: "file",
  module: "file",
};

/** All that can be completed, read off the commands as they are declared. */
export function completedProgram(program: Command): readonly CompletedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(completedOption), helpOption],
    places: command.registeredArguments.map(placeOf),
  }));
}

const helpOption: CompletedOption = { flag: "--help", description: "show how it is used", place: { kind: "none" } };

function completedOption(option: Option): CompletedOption {
  const { long, flags, description } = option;
  const takesValue = option.required || option.optional;
  return { flag: long ?? flags, description, place: takesValue ? placeOf(option) : { kind: "none" } };
}

function placeOf(given: Option | Argument): Place {
  if (given.argChoices !== undefined) return { kind: "choices", choices: given.argChoices };
  const name = "flags" in given ? (/[<[](.+)[>\]]/.exec(given.flags)?.[1] ?? "") : given.name();
  return { kind: kinds[name] ?? "other" };
}
