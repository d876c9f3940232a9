import { HoldfastError } from "@holdfast/core";
import { parseArchiveKey } from "@holdfast/migrate";

/** The variable that holds the key of encrypted archives: an argument could be seen in the list of processes. */
const variable = "HOLDFAST_ARCHIVE_KEY";

/** The key in the environment, undefined where there is none; INVALID_CONFIG for a text that is no key. */
export function archiveKey(): Uint8Array | undefined {
  const text = archiveSecret();
  return text === undefined ? undefined : parseArchiveKey(text);
}

/** The same where there must be one. */
export function requiredArchiveKey(): Uint8Array {
  const key = archiveKey();
  if (key !== undefined) return key;
  throw new HoldfastError(
    `an archive is encrypted with the key in ${variable}, which is not set: make one with \`openssl rand -hex 32\`, and keep it`,
    { code: "INVALID_CONFIG" },
  );
}

/** What a read without a key failed with; where that is for want of one, it says where the key belongs. */
export function askingForKey(thrown: unknown): unknown {
  if (!HoldfastError.is(thrown, "INVALID_CONFIG")) return thrown;
  const next = `put the key into the variable ${variable}, and run the same command again`;
  const details = { ...thrown.details, next };
  return new HoldfastError(thrown.message, { code: "INVALID_CONFIG", details, cause: thrown });
}

/** The text of the key, which no output may show. */
export function archiveSecret(): string | undefined {
  const text = process.env[variable]?.trim();
  return text === "" ? undefined : text;
}
