import { open } from "node:fs/promises";

const charactersAtOnce = 1_000_000;

/** One line for each text, in a new file that is synced: the least that an archive is. */
export async function writeLines(file: string, texts: Iterable<string>): Promise<void> {
  await using handle = await open(file, "wx");
  let piece = "";
  for (const text of texts) {
    piece += `${text}\n`;
    if (piece.length < charactersAtOnce) continue;
    await handle.write(piece);
    piece = "";
  }
  await handle.write(piece);
  await handle.sync();
}
