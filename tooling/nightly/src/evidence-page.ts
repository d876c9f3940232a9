const introduction = `# Evidence

What the long checks saw when they last ran at a tenth of a night's size or more. \`pnpm nightly\` writes this page from
its own results: a part that runs replaces its section, the others stay as they were. Each promise leads to the test that
shows it; each section gives the command that does the same again, with the same seed.`;

const mark = /^<!-- part: ([a-z0-9-]+) -->$/m;

/** The page with these sections in place of their former ones, in the order of the parts there are. */
export function evidencePage(
  former: string | undefined,
  sections: ReadonlyMap<string, string>,
  order: readonly string[],
): string {
  const all = new Map([...sectionsOf(former ?? ""), ...sections]);
  const kept = order.flatMap((name) => {
    const section = all.get(name);
    return section === undefined ? [] : [`<!-- part: ${name} -->\n\n${section}`];
  });
  return `${[introduction, ...kept].join("\n\n")}\n`;
}

function sectionsOf(page: string): ReadonlyMap<string, string> {
  const [, ...pieces] = page.split(mark);
  const sections = new Map<string, string>();
  for (let at = 0; at + 1 < pieces.length; at += 2) sections.set(pieces[at] ?? "", (pieces[at + 1] ?? "").trim());
  return sections;
}
