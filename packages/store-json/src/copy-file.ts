import { dirname } from "node:path";
import type { DurableFs } from "./durable-fs.ts";
import { writeAll } from "./write-text.ts";

const chunkBytes = 1024 * 1024;

/** A new file with the content and the rights of another, synced; its name is not. What fails leaves no file. */
export async function copyFile(fs: DurableFs, from: string, to: string): Promise<void> {
  const source = await fs.openToRead(from);
  try {
    const target = await fs.create(to, (await source.facts()).mode);
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      for (let at = 0, length = await source.read(chunk, at); length > 0; length = await source.read(chunk, at)) {
        at += await writeAll(target, chunk.subarray(0, length));
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } catch (thrown) {
    await fs.remove(to).catch(() => undefined);
    throw thrown;
  } finally {
    await source.close();
  }
}

/** Replaces a file by a copy of it that is on the medium, by way of another name in its folder. */
export async function writeAnew(fs: DurableFs, path: string, temporary: string): Promise<void> {
  await copyFile(fs, path, temporary);
  await fs.rename(temporary, path);
  await fs.syncFolder(dirname(path));
}
