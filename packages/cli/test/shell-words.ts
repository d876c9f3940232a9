/**
 * The words of the one `holdfast` command in a line of a shell: without variables that are set before it, and up to where its
 * output is sent elsewhere. Quotes hold a word together.
 */
export function shellWords(line: string): readonly string[] {
  const [, command = ""] = /(holdfast .*)/.exec(line) ?? [];
  const found = command.matchAll(/"([^"]*)"|'([^']*)'|([^\s'"]+)/g);
  const words = Array.from(found, ([, double, single, plain]) => double ?? single ?? plain ?? "");
  const end = words.findIndex((word) => /^(?:\||>|>>)$/.test(word));
  return end === -1 ? words : words.slice(0, end);
}
