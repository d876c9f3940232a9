import type { SubjectCall } from "../subject.ts";
import type { Sample } from "../workloads/workload.ts";

/** What the process of one system is told to do. */
export type Order =
  | { readonly do: "open" }
  | { readonly do: "round" }
  | { readonly do: "verify" }
  | { readonly do: "fill"; readonly workload: string }
  | { readonly do: "warm" }
  | { readonly do: "pace" };

export type Answer =
  /** With what the system can do, once it is open, and what a round came to. */
  | { readonly ok: true; readonly calls?: readonly SubjectCall[]; readonly sample?: Sample }
  | { readonly ok: false; readonly reason: string };
