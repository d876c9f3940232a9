import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** The type of the file system that a path is on, or will be; undefined where the system does not say. */
export async function fileSystemType(path: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    return (await statfs(path)).type;
  } catch {
    return dirname(path) === path ? undefined : fileSystemType(dirname(path));
  }
}
