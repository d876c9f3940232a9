/** Why something failed, in its own words; of places on this machine, only the last part, or the part within a package. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replaceAll(/(?:file:\/\/)?(?:\/[^/'"\s]+)+\/node_modules\//g, "…/")
    .replaceAll(/(?<![^\s'"(])(?:file:\/\/)?(?:\/[^/'"\s]+)+\/([^/'"\s]+)/g, "…/$1");
}
