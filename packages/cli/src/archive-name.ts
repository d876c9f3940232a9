/** A name that sorts by time, and that every file system takes. */
export function archiveName(time: Date, gzip: boolean): string {
  return `holdfast-${time.toISOString().replaceAll(":", "-")}.archive${gzip ? ".gz" : ""}`;
}
