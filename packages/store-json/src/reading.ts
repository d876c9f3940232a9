import type { DurableFs, ReadableFile } from "./durable-fs.ts";

/** Opens a file for as long as it is read. */
export async function reading<T>(fs: DurableFs, path: string, read: (file: ReadableFile) => Promise<T>): Promise<T> {
  const file = await fs.openToRead(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}
