/**
 * Records that a copy's target refused, in a new file of their own: a JSON object a line, with the error and the record as
 * it is in the source. Each line is synced before the copy goes on. The file is made when there is something to put in it,
 * is its owner's alone, and never overwrites another.
 */
import { open, type FileHandle } from "node:fs/promises";

import { fileError, HoldfastError, systemCode } from "@holdfast/core";
import type { Refused } from "@holdfast/migrate";

export class QuarantineFile implements AsyncDisposable {
  readonly #path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async put({ state, error: { code, message } }: Refused): Promise<void> {
    try {
      this.#file ??= await open(this.#path, "ax", 0o600);
      await this.#file.appendFile(`${JSON.stringify({ code, message, state })}\n`);
      await this.#file.datasync();
    } catch (thrown) {
      throw systemCode(thrown) === "EEXIST" ? existing(this.#path) : fileError(thrown, this.#path, "saved");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}

function existing(path: string): HoldfastError {
  return new HoldfastError(
    `"${path}" is there already, and a quarantine never overwrites anything: give another name`,
    {
      code: "INVALID_CONFIG",
      details: { path },
    },
  );
}
