/** The calls that change files, as the shim groups them: `create` is an open that may make a file. */
export type FaultOp = "write" | "sync" | "rename" | "link" | "unlink" | "truncate" | "create" | "mkdir";

/** What becomes of a call. The kinds that kill end the process by SIGKILL, whatever it is doing. */
export type FaultKind = "kill-before" | "kill-after" | "torn" | "torn-line" | "short" | "EIO" | "ENOSPC" | "EINTR";

export interface Fault {
  /** A glob over whole paths; `*` takes slashes too. */
  readonly paths: string;
  /** @default all of them */
  readonly ops?: readonly FaultOp[];
  /** At which matching call, from 1; 0 only numbers them. */
  readonly at: number;
  /** @default `"kill-before"` */
  readonly kind?: FaultKind;
  /** Whether an error stays for all matching calls from that one on. @default false */
  readonly ever?: boolean;
  /** A file that gets a line for each matching call. */
  readonly log?: string;
}

/** The environment of a Node program in which the fault happens. */
export function faultEnvironment(library: string, fault: Fault): Readonly<Record<string, string>> {
  const { paths, ops, at, kind, ever, log } = fault;
  return {
    LD_PRELOAD: library,
    UV_USE_IO_URING: "0",
    HOLDFAST_FAULT_PATH: paths,
    HOLDFAST_FAULT_AT: String(at),
    ...(ops === undefined ? {} : { HOLDFAST_FAULT_OPS: ops.join(",") }),
    ...(kind === undefined ? {} : { HOLDFAST_FAULT_KIND: kind }),
    ...(ever === true ? { HOLDFAST_FAULT_EVER: "1" } : {}),
    ...(log === undefined ? {} : { HOLDFAST_FAULT_LOG: log }),
  };
}
