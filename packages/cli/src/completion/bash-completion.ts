import { beginnings, type CompletedCommand, type Place } from "./completed-program.ts";

/** A script that bash sources; it needs bash 3.2, and starts no process. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const valued = commands.flatMap(({ name, options }) =>
    options.filter(({ place }) => place.kind !== "none").map(({ flag }) => `${name}:${flag}`),
  );
  return `# The completion of holdfast for bash. In ~/.bashrc: source <(holdfast completion bash)
_holdfast() {
  local line=\${COMP_LINE:0:COMP_POINT} command= option= position=1 at cur word pair words=() place= reply=
  local valued=" ${valued.join(" ")} "
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  cur=\${words[\${#words[@]} - 1]}
  for ((at = 1; at < \${#words[@]} - 1; at++)); do
    word=\${words[at]}
    if [[ -n $option ]]; then option=
    elif [[ $word == -* ]]; then [[ $valued == *" $command:$word "* ]] && option=$word
    elif [[ -z $command ]]; then command=$word
    else position=$((position + 1))
    fi
  done
  if [[ $cur == --*=* ]]; then option=\${cur%%=*} cur=\${cur#*=}; fi
  case "$command:\${option:-$position}" in
${[...placeLines(commands)].join("\n")}
  esac
  if [[ -z $option && ( -z $command || $cur == -* ) ]]; then
    case "$command" in
      "") place=words reply="${commands.map(({ name }) => name).join(" ")} help --help --version" ;;
${commands.map(({ name, options }) => `      ${name}) place=words reply="${options.map(({ flag }) => flag).join(" ")}" ;;`).join("\n")}
    esac
  fi
  COMPREPLY=()
  case "$place" in
    store) [[ $cur == *:* ]] || { reply="${beginnings.store.join(" ")}"; _holdfast_open; } ;;
    original) [[ $cur == *:* ]] || { reply="${beginnings.original.join(" ")}"; _holdfast_open; } ;;
    file) ;;
    *) type compopt &> /dev/null && compopt +o default ;;
  esac
  [[ -n $reply ]] && COMPREPLY=($(compgen -W "$reply" -- "$cur"))
}
# What goes on behind the word gets no space. The bash of old that knows no compopt adds one.
_holdfast_open() { type compopt &> /dev/null && compopt -o nospace; }
# Behind a colon a word of its own begins for bash, so it completes the path after sqlite: by itself.
complete -o default -F _holdfast holdfast`;
}

function* placeLines(commands: readonly CompletedCommand[]): Generator<string> {
  for (const { name, options, places } of commands) {
    for (const { flag, place } of options) if (isTold(place)) yield placeLine(`${name}:${flag}`, place);
    for (const [at, place] of places.entries()) if (isTold(place)) yield placeLine(`${name}:${at + 1}`, place);
  }
}

function isTold({ kind }: Place): boolean {
  return kind !== "none" && kind !== "other";
}

function placeLine(key: string, place: Place): string {
  const told = place.kind === "choices" ? `words reply="${place.choices.join(" ")}"` : place.kind;
  return `    ${key}) place=${told} ;;`;
}
