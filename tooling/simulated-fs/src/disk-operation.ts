/** What changes a disk, or what a power cut leaves of it. A file is known by the number that its creation gave it. */
export type DiskOperation =
  | { readonly kind: "makeFolder"; readonly path: string }
  | { readonly kind: "create"; readonly path: string; readonly mode: number }
  | { readonly kind: "write"; readonly file: number; readonly bytes: Buffer; readonly position: number }
  | { readonly kind: "truncate"; readonly file: number; readonly size: number }
  | { readonly kind: "sync"; readonly file: number }
  /** Reported once: what it was to write may be on the medium or not, and no later sync tries again. */
  | { readonly kind: "failedSync"; readonly file: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "link"; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "syncFolder"; readonly path: string };

/** An operation on one line, for people. */
export function operationText(operation: DiskOperation): string {
  switch (operation.kind) {
    case "write":
      return `write ${operation.bytes.length} bytes to file ${operation.file} at ${operation.position}`;
    case "truncate":
      return `truncate file ${operation.file} to ${operation.size} bytes`;
    case "sync":
    case "failedSync":
      return `${operation.kind} file ${operation.file}`;
    case "rename":
    case "link":
      return `${operation.kind} ${operation.from} to ${operation.to}`;
    case "create":
    case "makeFolder":
    case "remove":
    case "syncFolder":
      return `${operation.kind} ${operation.path}`;
    default:
      return operation satisfies never;
  }
}
