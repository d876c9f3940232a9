/** Why something failed, in its own words; of places on this machine, only the last part. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/(?:file:\/\/)?(?:\/[^/'"\s]+)+\/([^/'"\s]+)/g, "…/$1");
}
