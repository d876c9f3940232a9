import { join } from "node:path";
import type { BenchDocument } from "../document.ts";
import type { Place, Subject } from "../subject.ts";
import { keyValue } from "./key-value.ts";
import { loadPeer } from "./load-peer.ts";

interface Storage {
  getItem(key: string): Promise<BenchDocument | null>;
  setItem(key: string, value: BenchDocument): Promise<void>;
  getKeys(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

interface Unstorage {
  readonly createStorage: (options: { readonly driver: unknown }) => Storage;
}

interface FileDriver {
  readonly default: (options: { readonly base: string }) => unknown;
}

/** A file for each document, written in place. */
export async function unstorage({ folder }: Place): Promise<Subject> {
  const { createStorage } = await loadPeer<Unstorage>("unstorage");
  const files = await loadPeer<FileDriver>("unstorage/drivers/fs-lite");
  const storage = createStorage({ driver: files.default({ base: join(folder, "unstorage") }) });
  return {
    ...keyValue(
      (id) => storage.getItem(id),
      (id, document) => storage.setItem(id, document),
    ),
    count: async () => (await storage.getKeys()).length,
    [Symbol.asyncDispose]: () => storage.dispose(),
  };
}
