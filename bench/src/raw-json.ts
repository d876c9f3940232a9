import { open } from "node:fs/promises";
import { fdatasyncSync, writeSync } from "node:fs";
import type { Subject } from "./subject.ts";

/** The least that keeps a document in a file: one line appended, one fdatasync, all documents in a Map. */
export async function rawJsonSubject(file: string): Promise<Subject> {
  const handle = await open(file, "a");
  const texts = new Map<string, string>();
  return {
    async save(id, text) {
      writeSync(handle.fd, `${JSON.stringify({ id, body: JSON.parse(text) as unknown })}\n`);
      fdatasyncSync(handle.fd);
      texts.set(id, text);
      await Promise.resolve();
    },
    async read(id) {
      const text = texts.get(id);
      if (text !== undefined) JSON.parse(text);
      return Promise.resolve(text);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
