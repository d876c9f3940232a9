import type { ErrorCode } from "./errors.ts";

/** What was being done with a file, as it stands in a message. Opened is: to write. */
export type FileTask = "opened" | "read" | "saved";

export interface SystemMeaning {
  readonly code: ErrorCode;
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;
  readonly reason: string;
}

interface Row {
  readonly names: string;
  readonly code: ErrorCode;
  readonly retryable?: true;
  readonly reason: string;
  /** Where it means something else while a file is read. */
  readonly reading?: ErrorCode;
}

/** By the system's names for errors; what open, read, write, sync, rename, unlink, mkdir, stat and truncate give. */
const rows: readonly Row[] = [
  { names: "ENOSPC", code: "STORE_FULL", reason: "there is no room left" },
  { names: "EDQUOT", code: "STORE_FULL", reason: "the quota on disk space or files is used up" },
  { names: "EFBIG", code: "STORE_FULL", reason: "the file is as large as the system or a limit of the process allows" },

  {
    names: "EACCES EPERM",
    code: "STORE_READ_ONLY",
    reading: "STORE_UNAVAILABLE",
    reason: "the process has no right to",
  },
  {
    names: "EROFS",
    code: "STORE_READ_ONLY",
    reading: "STORE_UNAVAILABLE",
    reason: "the file system takes no writes",
  },

  { names: "ENOENT", code: "STORE_UNAVAILABLE", reason: "it does not exist" },
  { names: "EEXIST ENOTEMPTY", code: "INVALID_CONFIG", reason: "something else stands there" },
  { names: "EISDIR", code: "INVALID_CONFIG", reason: "the path is that of a folder" },
  { names: "ENOTDIR", code: "INVALID_CONFIG", reason: "a part of the path is not a folder" },
  { names: "ELOOP", code: "INVALID_CONFIG", reason: "its symbolic links lead in a circle" },
  { names: "ENAMETOOLONG", code: "INVALID_CONFIG", reason: "the path is too long" },
  { names: "EILSEQ EINVAL", code: "INVALID_CONFIG", reason: "the path cannot be that of a file" },
  {
    names: "ENXIO ENODEV ENOTTY ESPIPE EPIPE",
    code: "INVALID_CONFIG",
    reason: "the path is that of a device, a pipe or a socket",
  },
  {
    names: "ENOSYS ENOTSUP EOPNOTSUPP EXDEV EMLINK",
    code: "INVALID_CONFIG",
    reason: "the file system does not support what a store needs",
  },

  { names: "EMFILE", code: "STORE_BUSY", retryable: true, reason: "the process has too many files open" },
  { names: "ENFILE", code: "STORE_BUSY", retryable: true, reason: "the system has too many files open" },
  { names: "EBUSY ETXTBSY EDEADLK", code: "STORE_BUSY", retryable: true, reason: "somebody else is using it" },
  {
    names: "ENOMEM ENOBUFS",
    code: "STORE_UNAVAILABLE",
    retryable: true,
    reason: "the system has no memory left",
  },
  {
    names: "EINTR EAGAIN EWOULDBLOCK ECANCELED",
    code: "STORE_UNAVAILABLE",
    retryable: true,
    reason: "the system broke it off",
  },
  {
    names: "ETIMEDOUT EHOSTDOWN EHOSTUNREACH ENETDOWN ENETUNREACH ECONNREFUSED ECONNRESET ECONNABORTED",
    code: "STORE_UNAVAILABLE",
    retryable: true,
    reason: "the server of the file system does not answer",
  },

  { names: "EIO ENODATA EREMOTEIO EHWPOISON", code: "STORE_UNAVAILABLE", reason: "the disk failed" },
  { names: "EUCLEAN EBADMSG", code: "STORE_UNAVAILABLE", reason: "the file system is damaged" },
  { names: "ESTALE ENOTCONN ENOLINK ESHUTDOWN", code: "STORE_UNAVAILABLE", reason: "the file system has gone away" },
  { names: "ENOLCK", code: "STORE_UNAVAILABLE", reason: "the file system gives no locks" },
  { names: "EOVERFLOW", code: "STORE_UNAVAILABLE", reason: "it is larger than this system can read" },
  { names: "EBADF", code: "STORE_UNAVAILABLE", reason: "somebody closed it" },
];

const meanings: ReadonlyMap<string, Row> = new Map(
  rows.flatMap((row) => row.names.split(" ").map((name) => [name, row] as const)),
);

/** What an error of the operating system means for a store; undefined for one that nobody has thought of. */
export function systemMeaning(name: string, task: FileTask): SystemMeaning | undefined {
  const row = meanings.get(name);
  if (row === undefined) return undefined;
  const { code, reading = code, retryable = false, reason } = row;
  return { code: task === "read" ? reading : code, retryable, reason };
}
