import { beginnings, type CompletedCommand, type CompletedOption, type Place } from "./completed-program.ts";

/** A script that zsh sources behind `compinit`, or finds as `_holdfast` in its path of functions; it starts no process. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `#compdef holdfast
# The completion of holdfast for zsh. In ~/.zshrc, behind compinit: source <(holdfast completion zsh)
_holdfast_store() {
  if compset -P '*:'; then _files; else compadd -S '' -- ${beginnings.store.join(" ")}; fi
}
_holdfast_original() {
  if compset -P '*:'; then _files; else compadd -S '' -- ${beginnings.original.join(" ")}; fi
}
_holdfast() {
  local context state state_descr line
  local -A opt_args
  local -a commands
  commands=(
${names.join("\n")}
  )
  _arguments -C '(- *)--help[show how it is used]' '(- *)--version[show the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi`;
}

function commandCase({ name, options, places }: CompletedCommand): string {
  const specs = [...options.map(optionSpec), ...places.map((place, at) => quoted(`${at + 1}:${placeSpec(place)}`))];
  return `        ${name}) _arguments ${specs.join(" ")} ;;`;
}

function optionSpec({ flag, description, place }: CompletedOption): string {
  const told = `[${description.replaceAll(/[[\]:\\]/g, "\\$&")}]`;
  return quoted(place.kind === "none" ? `${flag}${told}` : `${flag}=${told}:${placeSpec(place)}`);
}

function placeSpec(place: Place): string {
  if (place.kind === "choices") return `word:(${place.choices.join(" ")})`;
  const actions = { store: "_holdfast_store", original: "_holdfast_original", file: "_files", other: " ", none: " " };
  return `${place.kind}:${actions[place.kind]}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
