import { constants } from "node:os";
import type { ErrorCode } from "@holdfast/core";
import { fileError, HoldfastError, systemCode } from "@holdfast/core";
import { describe, expect, test } from "vitest";

type Expected = readonly [writing: ErrorCode, reading: ErrorCode, again: "retry" | "final"];

const full: Expected = ["STORE_FULL", "STORE_FULL", "final"];
const refused: Expected = ["STORE_READ_ONLY", "STORE_UNAVAILABLE", "final"];
const misnamed: Expected = ["INVALID_CONFIG", "INVALID_CONFIG", "final"];
const failed: Expected = ["STORE_UNAVAILABLE", "STORE_UNAVAILABLE", "final"];
const passing: Expected = ["STORE_UNAVAILABLE", "STORE_UNAVAILABLE", "retry"];
const busy: Expected = ["STORE_BUSY", "STORE_BUSY", "retry"];

/** From the manual pages of open, read, write, fsync, rename, unlink, mkdir, stat, truncate and fcntl on Linux. */
const expected: Readonly<Record<string, Expected>> = {
  EACCES: refused,
  EAGAIN: passing,
  EBADF: failed,
  EBADMSG: failed,
  EBUSY: busy,
  ECANCELED: passing,
  ECONNABORTED: passing,
  ECONNREFUSED: passing,
  ECONNRESET: passing,
  EDEADLK: busy,
  EDQUOT: full,
  EEXIST: misnamed,
  EFBIG: full,
  EHOSTDOWN: passing,
  EHOSTUNREACH: passing,
  EHWPOISON: failed,
  EILSEQ: misnamed,
  EINTR: passing,
  EINVAL: misnamed,
  EIO: failed,
  EISDIR: misnamed,
  ELOOP: misnamed,
  EMFILE: busy,
  EMLINK: misnamed,
  ENAMETOOLONG: misnamed,
  ENETDOWN: passing,
  ENETUNREACH: passing,
  ENFILE: busy,
  ENOBUFS: passing,
  ENODATA: failed,
  ENODEV: misnamed,
  ENOENT: failed,
  ENOLCK: failed,
  ENOLINK: failed,
  ENOMEM: passing,
  ENOSPC: full,
  ENOSYS: misnamed,
  ENOTCONN: failed,
  ENOTDIR: misnamed,
  ENOTEMPTY: misnamed,
  ENOTSUP: misnamed,
  ENOTTY: misnamed,
  ENXIO: misnamed,
  EOPNOTSUPP: misnamed,
  EOVERFLOW: failed,
  EPERM: refused,
  EPIPE: misnamed,
  EREMOTEIO: failed,
  EROFS: refused,
  ESHUTDOWN: failed,
  ESPIPE: misnamed,
  ESTALE: failed,
  ETIMEDOUT: passing,
  ETXTBSY: busy,
  EUCLEAN: failed,
  EWOULDBLOCK: passing,
  EXDEV: misnamed,
};

function thrownWith(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code });
}

describe("errors of the operating system", () => {
  test.for(Object.entries(expected))(
    "%s has a code of ours, whatever was being done",
    ([name, [writing, reading, again]]) => {
      const thrown = thrownWith(name);
      const common = {
        retryable: again === "retry",
        outcome: "none",
        cause: thrown,
        details: { path: "/d/f", system: name },
      };
      expect(fileError(thrown, "/d/f", "saved")).toMatchObject({ ...common, code: writing });
      expect(fileError(thrown, "/d/f", "opened")).toMatchObject({ ...common, code: writing });
      expect(fileError(thrown, "/d/f", "read")).toMatchObject({ ...common, code: reading });
      expect(fileError(thrown, "/d/f", "read").message).toMatch(
        new RegExp(`^"/d/f" could not be read: .+ \\(${name}\\)$`),
      );
    },
  );

  test.runIf(process.platform === "linux").for([
    ["EDQUOT", 122],
    ["ESTALE", 116],
    ["ENOLCK", 37],
    ["EDEADLK", 35],
    ["EBADMSG", 74],
    ["EUCLEAN", 117],
    ["EHWPOISON", 133],
  ] as const)("%s, which Node has no name for, is known by its number", ([name, errno]) => {
    expect(systemCode(thrownWith(`Unknown system error -${errno}`))).toBe(name);
  });

  test("a number that the system itself has a name for is known on every system", () => {
    expect(systemCode(thrownWith(`Unknown system error -${constants.errno.EDQUOT}`))).toBe("EDQUOT");
  });

  test("what was classified already goes through as it is", () => {
    const own = new HoldfastError("as it was", { code: "STORE_LOCKED" });
    expect(fileError(own, "/d/f", "saved")).toBe(own);
  });
});
