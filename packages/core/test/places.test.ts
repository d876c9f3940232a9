import { pathProblem, requireLocal } from "@holdfast/core";
import { describe, expect, test } from "vitest";

describe("the path of a store's file", () => {
  test.for(["a", "./data/entities.json", "/srv/a b/ü.json", String.raw`C:\app\e.json`, "why?.json", "files:list"])(
    "%s can be one",
    (path) => {
      expect(pathProblem(path)).toBeUndefined();
    },
  );

  test.for([
    "",
    "  ",
    "a\0b",
    "data/",
    "file:data/app.db",
    "file:data/app.db?mode=memory",
    "FILE:///data/app.db",
    "data/app.db?mode=memory",
    "data/app.db?immutable=1",
    "data/app.db?vfs=unix-none&mode=ro",
    undefined,
    7,
  ])("%j cannot be one", (path) => {
    expect(pathProblem(path)).toEqual(expect.any(String));
  });
});

/** From the kernel's include/uapi/linux/magic.h, and from the sources of Lustre, GFS2, BeeGFS, GPFS and OrangeFS. */
const network = [
  ["NFS", 0x6969],
  ["SMB", 0x517b],
  ["SMB 2", 0xfe534d42],
  ["CIFS", 0xff534d42],
  ["9P", 0x01021997],
  ["AFS", 0x5346414f],
  ["AFS", 0x6b414653],
  ["Coda", 0x73757245],
  ["Ceph", 0x00c36400],
  ["OCFS2", 0x7461636f],
  ["GFS2", 0x01161970],
  ["Lustre", 0x0bd00bd0],
  ["BeeGFS", 0x19830326],
  ["GPFS", 0x47504653],
  ["OrangeFS", 0x20030528],
] as const;

describe("a file system", () => {
  test.for(network)("that other hosts write too, %s, is refused, and the message says what to do", ([name, type]) => {
    for (const each of [type, type | 0]) {
      expect(() => requireLocal("/mnt/e.json", each)).toThrow(
        expect.objectContaining({ code: "INVALID_CONFIG", details: { path: "/mnt/e.json", fileSystem: name } }),
      );
    }
    expect(() => requireLocal("/mnt/e.json", type)).toThrow(/disk of this machine, or move to a database server/);
  });

  test.for([
    ["ext4", 0xef53],
    ["XFS", 0x58465342],
    ["Btrfs", 0x9123683e],
    ["ZFS", 0x2fc12fc1],
    ["tmpfs", 0x01021994],
    ["overlayfs", 0x794c7630],
    ["FUSE", 0x65735546],
    ["one that nobody knows", 0x12345678],
    ["none that the system tells of", undefined],
  ] as const)("that is local, or may be, is not: %s", ([, type]) => {
    expect(() => requireLocal("/srv/e.json", type)).not.toThrow();
  });
});
