import { beginnings, type CompletedCommand, type CompletedOption, type Place } from "./completed-program.ts";

/** A script that fish sources; it starts no process. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const valued = commands.flatMap(({ name, options }) =>
    options.filter(({ place }) => place.kind !== "none").map(({ flag }) => `${name}:${flag}`),
  );
  return `# The completion of holdfast for fish. In ~/.config/fish/config.fish: holdfast completion fish | source
set -g __holdfast_valued ${valued.join(" ")}
# The command and which of its arguments comes next.
function __holdfast_at
  set -l words (commandline -opc)
  set -l command
  set -l position 1
  set -l isValue 0
  for word in $words[2..-1]
    if test $isValue = 1
      set isValue 0
    else if string match -q -- '-*' $word
      contains -- "$command:$word" $__holdfast_valued; and set isValue 1
    else if test -z "$command"
      set command $word
    else
      set position (math $position + 1)
    end
  end
  echo "$command:$position"
end
function __holdfast_is
  test (__holdfast_at) = $argv[1]
end
function __holdfast_in
  string match -q -- "$argv[1]:*" (__holdfast_at)
end
complete -c holdfast -f
complete -c holdfast -n '__holdfast_is :1' -l help -d 'show how it is used'
complete -c holdfast -n '__holdfast_is :1' -l version -d 'show the version'
${commands.flatMap(commandLines).join("\n")}`;
}

function commandLines({ name, summary, options, places }: CompletedCommand): readonly string[] {
  return [
    `complete -c holdfast -n '__holdfast_is :1' -a ${name} -d ${quoted(summary)}`,
    ...options.map((option) => optionLine(name, option)),
    ...places.flatMap((place, at) => {
      const words = placeWords(place);
      return words === "" ? [] : [`complete -c holdfast -n '__holdfast_is ${name}:${at + 1}'${words}`];
    }),
  ];
}

function optionLine(name: string, { flag, description, place }: CompletedOption): string {
  const value = place.kind === "none" ? "" : ` -r${placeWords(place)}`;
  return `complete -c holdfast -n '__holdfast_in ${name}' -l ${flag.slice(2)}${value} -d ${quoted(description)}`;
}

/** Behind a colon, fish completes paths by itself where files are allowed. */
function placeWords(place: Place): string {
  if (place.kind === "choices") return ` -f -a '${place.choices.join(" ")}'`;
  if (place.kind === "store" || place.kind === "original") return ` -F -a '${beginnings[place.kind].join(" ")}'`;
  return place.kind === "file" ? " -F" : "";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
