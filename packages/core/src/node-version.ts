import { HoldfastError } from "./errors.ts";

/** The oldest Node that the packages are tested on. */
const oldest = { major: 22, minor: 14 } as const;

/** Throws INVALID_CONFIG where `versions`, which is `process.versions`, are those of an older Node than is supported. */
export function requireNode(versions: { readonly node?: string | undefined }): void {
  const [major = 0, minor = 0] = (versions.node ?? "").split(".").map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw new HoldfastError(
    `Holdfast needs Node ${oldest.major}.${oldest.minor} or newer, and this is ${versions.node ?? "no Node at all"}: install a newer one, say from https://nodejs.org`,
    { code: "INVALID_CONFIG", details: { node: versions.node ?? null, oldest: `${oldest.major}.${oldest.minor}` } },
  );
}
