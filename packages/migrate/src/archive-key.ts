import { HoldfastError } from "@holdfast/core";

/** Of AES-256. */
const archiveKeyBytes = 32;

const hex = /^[0-9a-f]{64}$/i;
const base64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * The key that a text stands for: 64 hexadecimal digits, or 32 bytes in base64. INVALID_CONFIG for any other text, which
 * the message does not show. A key is made by `openssl rand -hex 32`.
 */
export function parseArchiveKey(text: string): Uint8Array {
  const trimmed = text.trim();
  if (hex.test(trimmed)) return Buffer.from(trimmed, "hex");
  if (base64.test(trimmed)) return Buffer.from(trimmed, "base64");
  throw new HoldfastError(
    "an archive's key is 64 hexadecimal digits, or 32 bytes in base64; `openssl rand -hex 32` makes one",
    { code: "INVALID_CONFIG" },
  );
}

/** INVALID_CONFIG unless the key has the length that it needs. */
export function checkArchiveKey(key: Uint8Array): Uint8Array {
  if (key.byteLength === archiveKeyBytes) return key;
  throw new HoldfastError(`an archive's key has ${archiveKeyBytes} bytes`, { code: "INVALID_CONFIG" });
}
