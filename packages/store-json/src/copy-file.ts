import { dirname } from "node:path";
import type { DurableFs } from "./durable-fs.ts";
import { writeAll } from "./write-text.ts";

const chunkBytes = 1024 * 1024;

/**
 * A new file with the content and the rights of another, or with its first `bytes`; synced, but for its name. What fails
 * leaves no file.
 */
export async function copyFile(fs: DurableFs, from: string, to: string, bytes = Infinity): Promise<void> {
  const source = await fs.openToRead(from);
  try {
    const { mode, size } = await source.facts();
    const target = await fs.create(to, mode);
    try {
      const chunk = Buffer.allocUnsafe(Math.min(Math.max(size, 1), chunkBytes));
      for (let at = 0, length = 1; at < bytes && length > 0; at += length) {
        length = Math.min(await source.read(chunk, at), bytes - at);
        await writeAll(target, chunk.subarray(0, length), at);
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

/** Replaces a file by a copy of it, or of its first `bytes`, that is on the medium, by way of another name in its folder. */
export async function writeAnew(fs: DurableFs, path: string, temporary: string, bytes?: number): Promise<void> {
  await copyFile(fs, path, temporary, bytes);
  await fs.rename(temporary, path);
  await fs.syncFolder(dirname(path));
}
