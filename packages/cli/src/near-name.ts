/** How many letters may be wrong, missing, too many, or changed with their neighbour. */
const distanceMost = 2;

/** The one of the names that somebody who wrote `text` most likely meant; undefined where none is near. */
export function nearName(text: string, names: readonly string[]): string | undefined {
  const [near] = names
    .map((name) => ({ name, distance: distance(text.toLowerCase(), name.toLowerCase()) }))
    .filter((each) => each.distance <= Math.min(distanceMost, Math.floor(each.name.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return near?.name;
}

/** Steps from one text to the other. Names are short: the whole table is made. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_row, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i + j),
  );
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const plain = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (isSame ? 0 : 1));
      const row = table[i];
      if (row !== undefined) row[j] = isSwapped ? Math.min(plain, at(i - 2, j - 2) + 1) : plain;
    }
  }
  return at(a.length, b.length);
}
