import { dirname } from "node:path";
import { HoldfastError } from "./errors.ts";

/**
 * File systems whose files other hosts can change, by the type that Linux's `statfs` gives; the numbers are those of the
 * kernel's `include/uapi/linux/magic.h`, and of the systems' own sources where they are not part of the kernel. FUSE
 * (0x65735546) is not listed: it is what local disks in foreign formats and the shared folders of containers are as well.
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB 2"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x564c, "NetWare's file system"],
  [0x00c36400, "Ceph"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x19830326, "BeeGFS"],
  [0x47504653, "GPFS"],
  [0xaad7aaea, "PanFS"],
  [0x20030528, "OrangeFS"],
  [0x013111a8, "IBRIX"],
  [0x786f4256, "a shared folder of VirtualBox"],
  [0xbacbacbc, "a shared folder of VMware"],
]);

/**
 * Refuses to write a store to a file system that other hosts may write as well, since neither locks nor syncs hold there
 * for all of them: INVALID_CONFIG. Takes the type that `statfs` gives for the path; unknown ones are taken for local.
 */
export function requireLocal(path: string, type: number | undefined): void {
  // A 32-bit system gives the numbers with the highest bit as negative ones.
  const name = type === undefined ? undefined : networkFileSystems.get(type >>> 0);
  if (name === undefined) return;
  throw new HoldfastError(
    `"${path}" is on a network file system (${name}), where the locks and syncs that a store's file needs do not hold: ` +
      "put it on a disk of this machine, or move to a database server such as Postgres",
    { code: "INVALID_CONFIG", details: { path, fileSystem: name } },
  );
}

/**
 * The type of the file system that a path is on, or will be, as Linux numbers them; undefined where the system does not
 * say. `statfs`: Node's, handed in, since nothing here reaches a file system.
 */
export async function fileSystemType(
  path: string,
  statfs: (path: string) => Promise<{ readonly type: number }>,
): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    return (await statfs(path)).type;
  } catch {
    return dirname(path) === path ? undefined : fileSystemType(dirname(path), statfs);
  }
}
