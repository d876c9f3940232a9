/**
 * Moves places on a line as little as need be until each is at least a gap from the next, none below 0 and none above the
 * most, as far as they fit. They keep their order; the results are in that of the places given.
 */
export function apart(
  wanted: readonly number[],
  { gap, most }: { readonly gap: number; readonly most: number },
): readonly number[] {
  const rising = [...wanted.keys()].toSorted((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0));
  const groups: { readonly members: number[]; readonly sum: number }[] = [];
  const startOf = ({ members, sum }: (typeof groups)[number]): number => {
    const centred = sum / members.length - ((members.length - 1) * gap) / 2;
    return Math.max(0, Math.min(centred, most - (members.length - 1) * gap));
  };
  for (const index of rising) {
    let group = { members: [index], sum: wanted[index] ?? 0 };
    for (let before = groups.at(-1); before !== undefined; before = groups.at(-1)) {
      if (startOf(before) + before.members.length * gap <= startOf(group)) break;
      groups.pop();
      group = { members: [...before.members, ...group.members], sum: before.sum + group.sum };
    }
    groups.push(group);
  }
  const placed = new Map(
    groups.flatMap((group) => group.members.map((index, at) => [index, startOf(group) + at * gap] as const)),
  );
  return wanted.map((_, index) => placed.get(index) ?? 0);
}
